-- Functions behind the translated SQL. Times are numeric seconds since the epoch (or midnight) with nine digits;
-- a TIMESTAMP_TZ is UTC seconds plus (offset in minutes + 1440) in the digits 10 to 13.
DROP SCHEMA IF EXISTS sf CASCADE;
CREATE SCHEMA sf;

CREATE FUNCTION sf.raise(code text, state text, msg text) RETURNS boolean LANGUAGE plpgsql STABLE AS
$$ BEGIN RAISE EXCEPTION '%', 'SF' || code || state || ':' || msg; END $$;
CREATE FUNCTION sf.raise_num(code text, state text, msg text) RETURNS numeric LANGUAGE plpgsql STABLE AS
$$ BEGIN RAISE EXCEPTION '%', 'SF' || code || state || ':' || msg; END $$;
CREATE FUNCTION sf.raise_text(code text, state text, msg text) RETURNS text LANGUAGE plpgsql STABLE AS
$$ BEGIN RAISE EXCEPTION '%', 'SF' || code || state || ':' || msg; END $$;

CREATE COLLATION sf."en" (provider = icu, locale = 'en');
CREATE COLLATION sf."en-ci" (provider = icu, locale = 'en-u-ks-level2', deterministic = false);

-- Numbers
CREATE FUNCTION sf.real_text(float8) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE $1 WHEN 'Infinity' THEN 'inf' WHEN '-Infinity' THEN '-inf' ELSE $1::text END $$;
CREATE FUNCTION sf.real_tme(float8) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 = 'Infinity' THEN 'inf' WHEN $1 = '-Infinity' THEN '-inf' WHEN $1 = 'NaN' THEN 'NaN' ELSE ltrim(to_char($1, '9.9999999999999999EEEE')) END $$;
CREATE FUNCTION sf.num(n numeric, p int, s int) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r numeric := round(n, s);
BEGIN
 IF abs(r) < ('1e' || (p - s))::numeric THEN RETURN r; END IF;
 RETURN sf.raise_num('100039', '22003', 'Numeric value ''' || trim_scale(n)::text || ''' is out of range');
END $$;
CREATE FUNCTION sf.text_num(t text, p int, s int) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r numeric;
BEGIN
 IF t ~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?\s*$' THEN
  r := round(t::numeric, s);
  IF abs(r) < ('1e' || (p - s))::numeric THEN RETURN r; END IF;
  RETURN sf.num(t::numeric, p, s);
 END IF;
 RETURN sf.raise_num('100038', '22018', 'Numeric value ''' || t || ''' is not recognized');
END $$;
CREATE FUNCTION sf.try_text_num(t text, p int, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 ~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?\s*$' AND abs(round($1::numeric, s)) < (10::numeric ^ (p - s)) THEN round($1::numeric, s) END $$;
CREATE FUNCTION sf.real_num(float8, p int, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 IN ('NaN', 'Infinity', '-Infinity') THEN sf.raise_num('100039', '22003', 'Numeric value ''' || sf.real_text($1) || ''' is out of range')
   ELSE sf.num($1::numeric, p, s) END $$;
CREATE FUNCTION sf.text_real(t text) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF t ~* '^\s*([+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?|inf|infinity)|nan)\s*$' THEN RETURN t::float8; END IF;
 RETURN sf.raise_num('100038', '22018', 'Numeric value ''' || t || ''' is not recognized')::float8;
END $$;
CREATE FUNCTION sf.try_text_real(t text) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 ~* '^\s*([+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?|inf|infinity)|nan)\s*$' THEN $1::float8 END $$;
CREATE FUNCTION sf.div(a numeric, b numeric, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN b = 0 THEN sf.raise_num('100051', '22012', 'Division by zero') ELSE round(round(a, s + 12) / round(b, s + 12), s) END $$;
CREATE FUNCTION sf.divf(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN b = 0 THEN sf.raise_num('100051', '22012', 'Division by zero')::float8 ELSE a / b END $$;
CREATE FUNCTION sf.mod(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN b = 0 THEN sf.raise_num('100051', '22012', 'Division by zero') ELSE mod(a, b) END $$;
CREATE FUNCTION sf.roundf(a float8, n int) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN a IN ('NaN', 'Infinity', '-Infinity') THEN a ELSE round(a::numeric, n)::float8 END $$;
CREATE FUNCTION sf.fact(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN n BETWEEN 0 AND 33 THEN factorial(n::bigint) ELSE sf.raise_num('100046', '22003', 'Invalid argument for FACTORIAL') END $$;
CREATE FUNCTION sf.domain_log(x float8) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN x > 0 THEN x ELSE sf.raise_num('100046', '22003', 'Invalid floating point operation: log(' || x || ')')::float8 END $$;
CREATE FUNCTION sf.domain_sqrt(x float8) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN x >= 0 OR x = 'NaN' THEN x ELSE sf.raise_num('100046', '22003', 'Invalid floating point operation: sqrt(' || x || ')')::float8 END $$;

-- Percentiles of sorted values without NULL
CREATE FUNCTION sf.percentile_disc(v anyarray, p numeric) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT v[greatest(ceil(p * cardinality(v)), 1)::int] $$;
CREATE FUNCTION sf.percentile_cont(v numeric[], p numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT v[floor(k)::int] + (k - floor(k)) * (v[ceil(k)::int] - v[floor(k)::int]) FROM (SELECT 1 + p * (cardinality(v) - 1)) AS at(k) $$;

-- Text
CREATE FUNCTION sf.fit(t text, n int) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF length(t) <= n THEN RETURN t; END IF;
 RETURN sf.raise_text('100078', '22000', 'String ''' || t || ''' is too long and would be truncated');
END $$;
CREATE FUNCTION sf.text_bool(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE w text := lower(trim(t));
BEGIN
 IF w IN ('true','t','yes','y','on','1') THEN RETURN true; ELSIF w IN ('false','f','no','n','off','0') THEN RETURN false; END IF;
 RETURN sf.raise('100037', '22018', 'Boolean value ''' || t || ''' is not recognized');
END $$;
CREATE FUNCTION sf.try_text_bool(t text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN lower(trim($1)) IN ('true','t','yes','y','on','1') THEN true WHEN lower(trim($1)) IN ('false','f','no','n','off','0') THEN false END $$;
CREATE FUNCTION sf.map_entries(j jsonb) RETURNS TABLE (k text, v jsonb) LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN IF jsonb_typeof(j) <> 'object' THEN PERFORM sf.json_fail(j, 'MAP'); END IF; RETURN QUERY SELECT * FROM jsonb_each(j); END $$;
CREATE FUNCTION sf.try_uuid(t text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::uuid END $$;
CREATE FUNCTION sf.uuid(t text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF t ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN RETURN t::uuid; END IF;
 RETURN sf.raise_text('100038', '22018', 'UUID value ''' || t || ''' is not recognized')::uuid;
END $$;
CREATE FUNCTION sf.hex(t text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF t ~ '^([0-9A-Fa-f]{2})*$' THEN RETURN decode(t, 'hex'); END IF;
 RETURN decode(sf.raise_text('100115', '22000', 'The following string is not a legal hex-encoded value: ''' || t || ''''), 'hex');
END $$;
CREATE FUNCTION sf.try_hex(t text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN $1 ~ '^([0-9A-Fa-f]{2})*$' THEN decode($1, 'hex') END $$;
CREATE FUNCTION sf.substr(t text, f numeric, n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN n <= 0 THEN '' WHEN f = 0 THEN substr(t, 1, n::int) WHEN f > 0 THEN substr(t, least(f, 200000000)::int, least(n, 200000000)::int)
   WHEN length(t) + f < 0 THEN '' ELSE substr(t, (length(t) + f + 1)::int, least(n, 200000000)::int) END $$;
CREATE FUNCTION sf.chr(n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN n = 0 THEN sf.raise_text('000002', '0A000', 'Unsupported feature ''the character U+0000 in a string''.')
   WHEN n NOT BETWEEN 1 AND 1114111 OR n BETWEEN 55296 AND 57343 THEN sf.raise_text('100048', '22023', 'Invalid character code ' || n || ' in the CHR input') ELSE chr(n::int) END $$;
CREATE FUNCTION sf.too_long() RETURNS text LANGUAGE sql STABLE AS $$ SELECT sf.raise_text('100078', '22000', 'String is too long and would be truncated') $$;
CREATE FUNCTION sf.longest(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT CASE WHEN octet_length(t) > 134217728 THEN sf.too_long() ELSE t END $$;
CREATE FUNCTION sf.repeat(t text, n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN octet_length(t) * n > 134217728 THEN sf.too_long() WHEN n < 1 OR t = '' THEN '' ELSE repeat(t, n::int) END $$;
CREATE FUNCTION sf.pad(f text, t text, n numeric, p text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN n > 134217728 THEN sf.too_long() WHEN f = 'lpad' THEN sf.longest(lpad(t, greatest(n, 0)::int, p)) ELSE sf.longest(rpad(t, greatest(n, 0)::int, p)) END $$;
CREATE FUNCTION sf.translate(t text, f text, o text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN length(o) > length(f) THEN sf.raise_text('100078', '22000', 'String ''' || o || ''' is too long and would be truncated.') ELSE translate(t, f, o) END $$;
CREATE FUNCTION sf.position(n text, h text, f numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN n = '' THEN 1 WHEN f > length(h) OR strpos(substr(h, f::int), n) = 0 THEN 0 ELSE strpos(substr(h, f::int), n) + f::int - 1 END $$;
CREATE FUNCTION sf.position(n bytea, h bytea, f numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN length(n) = 0 THEN 1 WHEN f > length(h) OR position(n IN substr(h, f::int)) = 0 THEN 0 ELSE position(n IN substr(h, f::int)) + f::int - 1 END $$;
CREATE FUNCTION sf.split_part(t text, d text, n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN d = '' THEN CASE WHEN n IN (0, 1, -1) THEN t ELSE '' END ELSE split_part(t, d, CASE WHEN n = 0 THEN 1 ELSE greatest(least(n, 200000000), -200000000)::int END) END $$;
CREATE FUNCTION sf.like_esc(t text, p text, e text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE i int := 1; c text; prev text := ''; out text := '^'; n int := length(p); lit boolean := false;
BEGIN
 WHILE i <= n LOOP
  c := substr(p, i, 1);
  IF c = e THEN
   IF i = n THEN
    IF t ~ out THEN PERFORM sf.raise('000002', '0A000', 'Unsupported feature ''escape character at the end of a LIKE pattern''.'); END IF;
    RETURN false;
   END IF;
   i := i + 1; c := substr(p, i, 1); out := out || regexp_replace(c, '([^[:alnum:]])', '\\\1');
  ELSIF c = '%' THEN out := out || '.*';
  ELSIF c = '_' THEN out := out || '.';
  ELSE out := out || regexp_replace(c, '([^[:alnum:][:space:]])', '\\\1'); END IF;
  i := i + 1;
 END LOOP;
 RETURN t ~ (out || '$');
END $$;
CREATE FUNCTION sf.rx_opts(o text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN strpos(o, 'i') > 0 AND strpos(o, 'c') = 0 THEN 'i' ELSE '' END || CASE WHEN strpos(o, 's') > 0 THEN CASE WHEN strpos(o, 'm') > 0 THEN 'w' ELSE 's' END WHEN strpos(o, 'm') > 0 THEN 'n' ELSE 'p' END $$;

-- Dates and times
CREATE FUNCTION sf.floor_to(n numeric, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round(floor(n * 10::numeric ^ s) / 10::numeric ^ s, s) $$;
CREATE FUNCTION sf.to_d(n numeric) RETURNS date LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date '1970-01-01' + floor(n / 86400)::int $$;
CREATE FUNCTION sf.of_d(d date) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round((d - date '1970-01-01')::numeric * 86400, 9) $$;
CREATE FUNCTION sf.to_ts(n numeric) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT (date '1970-01-01' + floor(n / 86400)::int) + (floor(n) - floor(n / 86400) * 86400)::int * interval '1 second' $$;
CREATE FUNCTION sf.of_ts(t timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round(extract(epoch FROM t), 9) $$;
CREATE FUNCTION sf.tod(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT n - floor(n / 86400) * 86400 $$;
CREATE FUNCTION sf.utc(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.floor_to(x, 9) $$;
CREATE FUNCTION sf.off(x numeric) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round((x - sf.floor_to(x, 9)) * 10000000000000)::int - 1440 $$;
CREATE FUNCTION sf.tz(n numeric, o int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.floor_to(n, 9) + (o + 1440)::numeric / 10000000000000 $$;
CREATE FUNCTION sf.tz_ntz(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.utc(x) + sf.off(x) * 60 $$;
CREATE FUNCTION sf.tz_wire(x numeric, s int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.floor_to(sf.utc(x), s)::text || ' ' || (sf.off(x) + 1440) $$;
CREATE FUNCTION sf.zone_off(n numeric, z text) RETURNS int LANGUAGE sql STABLE STRICT AS
$$ SELECT (extract(epoch FROM (sf.to_ts(n) AT TIME ZONE 'UTC') AT TIME ZONE z) - extract(epoch FROM sf.to_ts(n)))::int / 60 $$;
CREATE FUNCTION sf.ltz_ntz(n numeric, z text) RETURNS numeric LANGUAGE sql STABLE STRICT AS $$ SELECT CASE WHEN z = 'UTC' THEN n ELSE n + sf.zone_off(n, z) * 60 END $$;
CREATE FUNCTION sf.ntz_ltz(n numeric, z text) RETURNS numeric LANGUAGE sql STABLE STRICT AS
$$ SELECT CASE WHEN z = 'UTC' THEN n ELSE round(extract(epoch FROM sf.to_ts(n) AT TIME ZONE z), 9) + (n - floor(n)) END $$;
CREATE FUNCTION sf.ltz_tz(n numeric, z text) RETURNS numeric LANGUAGE sql STABLE STRICT AS $$ SELECT sf.tz(n, sf.zone_off(n, z)) $$;
CREATE FUNCTION sf.frac(n numeric, d int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT substr(lpad(floor((n - floor(n)) * 1000000000)::bigint::text, 9, '0'), 1, d) $$;
CREATE FUNCTION sf.d_text(d date) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT lpad(extract(year FROM d)::int::text, greatest(4, length(extract(year FROM d)::int::text)), '0') || to_char(d, '-MM-DD') $$;
CREATE FUNCTION sf.time_text(n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT to_char(sf.to_ts(n), 'HH24:MI:SS') $$;
CREATE FUNCTION sf.ntz_text(n numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT sf.d_text(sf.to_d(n)) || to_char(sf.to_ts(n), ' HH24:MI:SS.') || sf.frac(n, 3) $$;
CREATE FUNCTION sf.off_text(o int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN o = 0 THEN 'Z' ELSE CASE WHEN o < 0 THEN '-' ELSE '+' END || lpad((abs(o) / 60)::text, 2, '0') || lpad((abs(o) % 60)::text, 2, '0') END $$;
CREATE FUNCTION sf.tz_text(x numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.ntz_text(sf.tz_ntz(x)) || ' ' || sf.off_text(sf.off(x)) $$;
CREATE FUNCTION sf.fmt(n numeric, o int, f text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE out text := ''; r text := f; m text; d date := sf.to_d(n); t timestamp := sf.to_ts(n);
BEGIN
 IF n IS NULL OR f IS NULL THEN RETURN NULL; END IF;
 WHILE r <> '' LOOP
  m := (regexp_match(r, '^(YYYY|YY|MMMM|MON|MM|DD|DY|HH24|HH12|HH|MI|SS|FF[0-9]|FF|AM|PM|TZHTZM|TZH:TZM|TZH|TZM|"[^"]*"|.)', 'i'))[1];
  IF m IS NULL THEN m := substr(r, 1, 1); END IF;
  out := out || CASE upper(m)
   WHEN 'YYYY' THEN lpad(extract(year FROM d)::int::text, greatest(4, length(extract(year FROM d)::int::text)), '0') WHEN 'YY' THEN to_char(d, 'YY') WHEN 'MM' THEN to_char(d, 'MM')
   WHEN 'MMMM' THEN to_char(d, 'FMMonth') WHEN 'MON' THEN to_char(d, 'Mon') WHEN 'DD' THEN to_char(d, 'DD') WHEN 'DY' THEN to_char(d, 'Dy')
   WHEN 'HH24' THEN to_char(t, 'HH24') WHEN 'HH12' THEN to_char(t, 'HH12') WHEN 'HH' THEN to_char(t, 'HH24') WHEN 'MI' THEN to_char(t, 'MI') WHEN 'SS' THEN to_char(t, 'SS')
   WHEN 'AM' THEN to_char(t, 'AM') WHEN 'PM' THEN to_char(t, 'AM') WHEN 'FF' THEN sf.frac(n, 9)
   WHEN 'TZHTZM' THEN replace(sf.off_text(coalesce(o, 0)), 'Z', '+0000')
   WHEN 'TZH:TZM' THEN regexp_replace(replace(sf.off_text(coalesce(o, 0)), 'Z', '+0000'), '(\d\d)$', ':\1')
   WHEN 'TZH' THEN left(replace(sf.off_text(coalesce(o, 0)), 'Z', '+0000'), 3) WHEN 'TZM' THEN right(replace(sf.off_text(coalesce(o, 0)), 'Z', '+0000'), 2)
   ELSE CASE WHEN upper(m) ~ '^FF[0-9]$' THEN sf.frac(n, right(m, 1)::int) WHEN m ~ '^"' THEN btrim(m, '"') ELSE m END END;
  r := substr(r, length(m) + 1);
 END LOOP;
 RETURN out;
END $$;

-- Reads date and time texts: {seconds, offset or NULL}; NULL when unreadable. strict: the width of every field is checked, as when writing to a table.
CREATE FUNCTION sf.read_ts(x text, strict_ boolean) RETURNS numeric[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE t text := trim(x); m text[]; y int; mo int; d int; h int := 0; mi int := 0; se int := 0; fr numeric := 0; o int; dd date; w text := CASE WHEN strict_ THEN '1,2' ELSE '1,4' END;
BEGIN
 IF t ~ '^-?\d+$' AND length(t) > 4 THEN
  IF abs(t::numeric) < 31536000000 THEN RETURN ARRAY[t::numeric, NULL]; ELSIF abs(t::numeric) < 31536000000000 THEN RETURN ARRAY[t::numeric / 1000, NULL];
  ELSIF abs(t::numeric) < 31536000000000000 THEN RETURN ARRAY[t::numeric / 1000000, NULL]; ELSE RETURN ARRAY[t::numeric / 1000000000, NULL]; END IF;
 END IF;
 m := regexp_match(t, '^(\d{4,6})-(\d{' || w || '})-(\d{' || w || '})(?:(?:T|\s+)(.*))?$', 'i');
 IF m IS NULL THEN
  m := regexp_match(t, '^(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(.*))?$');
  IF m IS NOT NULL THEN m := ARRAY[m[3], m[1], m[2], m[4]]; END IF;
 END IF;
 IF m IS NULL THEN
  m := regexp_match(t, '^(\d{1,2})-([A-Za-z]{3})-(\d{4})(?:\s+(.*))?$');
  IF m IS NOT NULL THEN
   mo := (strpos('JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC', upper(m[2])) + 2) / 3;
   IF mo = 0 THEN RETURN NULL; END IF;
   m := ARRAY[m[3], mo::text, m[1], m[4]];
  END IF;
 END IF;
 IF m IS NULL THEN RETURN NULL; END IF;
 y := m[1]::int; mo := m[2]::int; d := m[3]::int;
 IF mo NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 THEN RETURN NULL; END IF;
 BEGIN dd := make_date(y, mo, d); EXCEPTION WHEN OTHERS THEN RETURN NULL; END;
 IF m[4] IS NOT NULL AND m[4] <> '' THEN
  m := regexp_match(trim(m[4]), '^(\d{' || w || '}):(\d{' || w || '})(?::(\d{' || w || '})(?:\.(\d{1,9})\d*)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$', 'i');
  IF m IS NULL THEN RETURN NULL; END IF;
  h := m[1]::int; mi := m[2]::int; se := coalesce(m[3], '0')::int; fr := coalesce(rpad(m[4], 9, '0')::numeric / 1000000000, 0);
  IF h > 23 OR mi > 59 OR se > 59 THEN RETURN NULL; END IF;
  IF m[5] IS NOT NULL THEN
   IF m[5] ~* '^[ZUG]' THEN o := 0;
   ELSE
    m := regexp_match(m[5], '^([+-])(\d{1,2}):?(\d{2})?$');
    o := (m[2]::int * 60 + coalesce(m[3], '0')::int) * CASE WHEN m[1] = '-' THEN -1 ELSE 1 END;
   END IF;
  END IF;
 END IF;
 RETURN ARRAY[round((dd - date '1970-01-01')::numeric * 86400 + h * 3600 + mi * 60 + se + fr, 9), o];
END $$;
CREATE FUNCTION sf.read_time(x text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE m text[] := regexp_match(trim(x), '^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9})\d*)?)?$'); r numeric[];
BEGIN
 IF m IS NULL THEN r := sf.read_ts(x, false); RETURN CASE WHEN r IS NULL OR x !~ ':' THEN NULL ELSE sf.tod(r[1]) END; END IF;
 IF m[1]::int > 23 OR m[2]::int > 59 OR coalesce(m[3], '0')::int > 59 THEN RETURN NULL; END IF;
 RETURN round(m[1]::int * 3600 + m[2]::int * 60 + coalesce(m[3], '0')::int + coalesce(rpad(m[4], 9, '0')::numeric / 1000000000, 0), 9);
END $$;
CREATE FUNCTION sf.text_time(x text) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT coalesce(sf.read_time(x), sf.raise_num('100108', '22007', 'Time ''' || x || ''' is not recognized')) $$;
CREATE FUNCTION sf.text_date(x text) RETURNS date LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT sf.to_d(coalesce((sf.read_ts(x, false))[1], sf.raise_num('100040', '22007', 'Date ''' || x || ''' is not recognized'))) $$;
CREATE FUNCTION sf.text_ts(x text, kind text, z text, strict_ boolean) RETURNS numeric LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE r numeric[] := sf.read_ts(x, strict_);
BEGIN
 IF r IS NULL THEN RETURN sf.raise_num('100035', '22007', 'Timestamp ''' || x || ''' is not recognized'); END IF;
 IF kind = 'timestamp_ntz' THEN RETURN r[1]; END IF;
 IF kind = 'timestamp_ltz' THEN RETURN CASE WHEN r[2] IS NULL THEN sf.ntz_ltz(r[1], z) ELSE r[1] - r[2] * 60 END; END IF;
 RETURN CASE WHEN r[2] IS NULL THEN sf.ltz_tz(sf.ntz_ltz(r[1], z), z) ELSE sf.tz(r[1] - r[2] * 60, r[2]::int) END;
END $$;
CREATE FUNCTION sf.readable(x text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sf.read_ts(x, false) IS NOT NULL $$;
CREATE FUNCTION sf.months(n numeric, k int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT sf.of_d((sf.to_d(n) + make_interval(months => k))::date) + sf.tod(n) $$;
CREATE FUNCTION sf.add_months(n numeric, k int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN sf.to_d(n) = (date_trunc('month', sf.to_d(n)::timestamp) + interval '1 month -1 day')::date
   THEN sf.of_d((date_trunc('month', sf.to_d(n)::timestamp) + make_interval(months => k + 1) - interval '1 day')::date) + sf.tod(n) ELSE sf.months(n, k) END $$;
CREATE FUNCTION sf.trunc_u(n numeric, u text) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT sf.of_d(date_trunc(u, sf.to_d(n)::timestamp)::date) $$;
-- Reads texts by a format. What is known of it alone, made once for all rows when it is constant: fmt_rx, its regular expression and the one of texts in which
-- every field but the fraction has its full width; fmt_at, of year, month, day, hour, minute, second, fraction, MON, AM, TZH and TZM the group in the one
-- (0: there is none) and the place in the other (from the end when negative), and how much stands behind the fraction.
CREATE FUNCTION sf.fmt_parts(f text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT coalesce(array_agg(m[1] ORDER BY o), '{}') FROM regexp_matches(upper(f), '(YYYY|MM|MON|DD|HH24|HH12|MI|SS|FF[0-9]|FF|AM|PM|TZH|TZM|.)', 'g') WITH ORDINALITY AS x(m, o) $$;
CREATE FUNCTION sf.fmt_rx(f text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT array_agg(rx ORDER BY w) FROM (SELECT w, '^' || coalesce(string_agg(CASE WHEN m = 'YYYY' THEN '(\d{4})' WHEN m LIKE 'FF%' THEN '(\d{1,9})' WHEN m = 'MON' THEN '([A-Za-z]{3})'
   WHEN m IN ('AM', 'PM') THEN '([AaPp][Mm])' WHEN m = 'TZH' THEN '([+-]\d{' || w || '2})' WHEN length(m) > 1 THEN '(\d{' || w || '2})'
   ELSE regexp_replace(m, '([^[:alnum:][:space:]])', '\\\1') END, '' ORDER BY o), '') || '$' AS rx
   FROM (VALUES ('1,'), ('')) AS w(w) LEFT JOIN unnest(sf.fmt_parts(f)) WITH ORDINALITY AS x(m, o) ON true GROUP BY w) AS r(w, rx) WHERE rx IS NOT NULL $$;
CREATE FUNCTION sf.fmt_at(f text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT AS $$
 WITH p AS (SELECT m, o, CASE WHEN m = 'YYYY' THEN 4 WHEN m IN ('MON', 'TZH') THEN 3 WHEN m LIKE 'FF%' THEN 0 WHEN length(m) > 1 THEN 2 ELSE 1 END AS n
   FROM unnest(sf.fmt_parts(f)) WITH ORDINALITY AS x(m, o)),
 g AS (SELECT CASE WHEN m LIKE 'FF%' THEN 'FF' WHEN m = 'HH12' THEN 'HH24' WHEN m = 'PM' THEN 'AM' ELSE m END AS m, row_number() OVER (ORDER BY o) AS grp,
   CASE WHEN o <= coalesce((SELECT o FROM p WHERE m LIKE 'FF%'), o) THEN 1 + (SELECT coalesce(sum(b.n), 0) FROM p AS b WHERE b.o < p.o) ELSE - (SELECT sum(b.n) FROM p AS b WHERE b.o >= p.o) END AS pos
   FROM p WHERE length(m) > 1),
 k AS (SELECT * FROM unnest(ARRAY['YYYY', 'MM', 'DD', 'HH24', 'MI', 'SS', 'FF', 'MON', 'AM', 'TZH', 'TZM']) WITH ORDINALITY AS x(k, o))
 SELECT array_agg(coalesce((SELECT grp FROM g WHERE m = k ORDER BY grp DESC LIMIT 1), 0)::int ORDER BY o) || array_agg(coalesce((SELECT pos FROM g WHERE m = k ORDER BY grp DESC LIMIT 1), 0)::int ORDER BY o)
   || (SELECT coalesce(sum(n), 0)::int FROM p WHERE o > (SELECT o FROM p WHERE m LIKE 'FF%')) FROM k $$;
CREATE FUNCTION sf.fmt_field(x text, at_ int, n int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN at_ <> 0 THEN substr(x, CASE WHEN at_ > 0 THEN at_ ELSE length(x) + 1 + at_ END, n) END $$;
CREATE FUNCTION sf.fmt_check(x text, rx text[], at_ int[]) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE g text[]; y int; mo int; d int; h int; mi int; se int; fr text; o int; first_ date; n numeric;
BEGIN
 IF x ~ rx[1] THEN
  y := sf.fmt_field(x, at_[12], 4); mo := sf.fmt_field(x, at_[13], 2); d := sf.fmt_field(x, at_[14], 2);
  h := sf.fmt_field(x, at_[15], 2); mi := sf.fmt_field(x, at_[16], 2); se := sf.fmt_field(x, at_[17], 2);
  fr := sf.fmt_field(x, at_[18], length(x) + 1 - at_[23] - at_[18]);
  IF at_[8] > 0 OR at_[9] > 0 OR at_[10] > 0 THEN g := ARRAY[sf.fmt_field(x, at_[19], 3), sf.fmt_field(x, at_[20], 2), sf.fmt_field(x, at_[21], 3), sf.fmt_field(x, at_[22], 2)]; END IF;
 ELSE
  g := regexp_match(x, rx[2], 'i');
  IF g IS NULL THEN RETURN NULL; END IF;
  y := g[at_[1]]; mo := g[at_[2]]; d := g[at_[3]]; h := g[at_[4]]; mi := g[at_[5]]; se := g[at_[6]]; fr := g[at_[7]];
  g := ARRAY[g[at_[8]], g[at_[9]], g[at_[10]], g[at_[11]]];
 END IF;
 IF g[1] IS NOT NULL THEN mo := (strpos('JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC', upper(g[1])) + 2) / 3; END IF;
 IF g[2] IS NOT NULL THEN
  IF upper(g[2]) = 'PM' AND h < 12 THEN h := h + 12; ELSIF upper(g[2]) = 'AM' AND h = 12 THEN h := 0; END IF;
 END IF;
 y := coalesce(y, 1970); mo := coalesce(mo, 1); d := coalesce(d, 1); h := coalesce(h, 0); mi := coalesce(mi, 0); se := coalesce(se, 0);
 IF h > 23 OR mi > 59 OR se > 59 OR mo NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 OR y < 1 THEN RETURN NULL; END IF;
 first_ := make_date(y, mo, 1);
 IF d > 28 AND first_ + (d - 1) >= first_ + interval '1 month' THEN RETURN NULL; END IF;
 n := round(((first_ - date '1970-01-01') + d - 1)::bigint * 86400 + h * 3600 + mi * 60 + se + coalesce('0.' || fr, '0')::numeric, 9);
 IF g[3] IS NOT NULL THEN
  o := abs(g[3]::int) * 60 + coalesce(g[4]::int, 0);
  IF left(g[3], 1) = '-' THEN o := -o; END IF;
  RETURN n - o * 60 + (o + 1440)::numeric / 10000000000000;
 END IF;
 RETURN n;
END $$;
CREATE FUNCTION sf.text_fmt(x text, f text, rx text[], at_ int[]) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r numeric := sf.fmt_check(x, rx, at_);
BEGIN
 IF r IS NULL THEN RETURN sf.raise_num('100096', '22007', 'Can''t parse ''' || x || ''' as timestamp with format ''' || f || ''''); END IF;
 RETURN r;
END $$;

-- Semi-structured; an array element that is SQL NULL is kept as the string U+0001 and prints as undefined
CREATE FUNCTION sf.hole() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT '"\u0001"'::jsonb $$;
CREATE FUNCTION sf.parse_json(t text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS
$$ BEGIN IF trim(t) = '' THEN RETURN NULL; END IF; RETURN t::jsonb; EXCEPTION WHEN OTHERS THEN PERFORM sf.raise('100069', '22P02', 'Error parsing JSON: ' || left(t, 100)); RETURN NULL; END $$;
CREATE FUNCTION sf.geo_json(t text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF t !~ '^\s*\{' THEN PERFORM sf.raise('000002', '0A000', 'Unsupported feature ''GEOGRAPHY and GEOMETRY of a text that is no GeoJSON''.'); END IF;
 RETURN sf.parse_json(t);
END $$;
CREATE FUNCTION sf.try_parse_json(t text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS
$$ BEGIN IF trim(t) = '' THEN RETURN NULL; END IF; RETURN t::jsonb; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;
CREATE FUNCTION sf.compact(j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE k text; BEGIN
 k := jsonb_typeof(j);
 IF k = 'array' THEN RETURN '[' || coalesce((SELECT string_agg(sf.compact(v), ',' ORDER BY o) FROM jsonb_array_elements(j) WITH ORDINALITY AS x(v, o)), '') || ']';
 ELSIF k = 'object' THEN RETURN '{' || coalesce((SELECT string_agg(to_json(x.key)::text || ':' || sf.compact(x.value), ',' ORDER BY x.key) FROM jsonb_each(j) AS x), '') || '}';
 ELSIF j = sf.hole() THEN RETURN 'undefined';
 ELSE RETURN j::text; END IF; END $$;
CREATE FUNCTION sf.json_text(j jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE jsonb_typeof(j) WHEN 'string' THEN j #>> '{}' WHEN 'null' THEN NULL ELSE sf.compact(j) END $$;
CREATE FUNCTION sf.get(j jsonb, k text) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT CASE WHEN jsonb_typeof(j) = 'object' THEN j -> k END $$;
CREATE FUNCTION sf.get(j jsonb, k int) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT CASE WHEN jsonb_typeof(j) = 'array' AND k >= 0 THEN nullif(j -> k, sf.hole()) END $$;
CREATE FUNCTION sf.json_kind(j jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE jsonb_typeof(j) WHEN 'number' THEN CASE WHEN j::text ~ '[eE]' THEN 'DOUBLE' WHEN j::text ~ '\.' THEN 'DECIMAL' ELSE 'INTEGER' END
   WHEN 'string' THEN 'VARCHAR' WHEN 'null' THEN 'NULL_VALUE' ELSE upper(jsonb_typeof(j)) END $$;
CREATE FUNCTION sf.json_fail(j jsonb, t text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT sf.raise_text('100071', '22000', 'Failed to cast variant value ' || sf.compact(j) || ' to ' || t) $$;
CREATE FUNCTION sf.json_object(j jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF jsonb_typeof(j) = 'object' THEN RETURN j; ELSIF jsonb_typeof(j) = 'null' THEN RETURN NULL; END IF;
 RETURN sf.json_fail(j, 'OBJECT')::jsonb;
END $$;
CREATE FUNCTION sf.to_vector(j jsonb, element text, n int) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
 IF jsonb_typeof(j) = 'array' THEN
  IF jsonb_array_length(j) = n AND NOT EXISTS (SELECT FROM jsonb_array_elements(j) AS x(v) WHERE jsonb_typeof(v) <> 'number'
    OR CASE WHEN element = 'INT' AND jsonb_typeof(v) = 'number' THEN v::numeric <> trunc(v::numeric) OR v::numeric NOT BETWEEN -2147483648 AND 2147483647 END) THEN RETURN j; END IF;
 ELSIF jsonb_typeof(j) = 'null' THEN RETURN NULL; END IF;
 RETURN sf.json_fail(j, 'VECTOR(' || element || ', ' || n || ')')::jsonb;
END $$;
CREATE FUNCTION sf.json_num(j jsonb, p int, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE jsonb_typeof(j) WHEN 'number' THEN sf.num((j #>> '{}')::numeric, p, s) WHEN 'string' THEN coalesce(sf.try_text_num(j #>> '{}', p, s), sf.json_fail(j, 'FIXED')::numeric)
   WHEN 'boolean' THEN (j #>> '{}')::boolean::int::numeric WHEN 'null' THEN NULL ELSE sf.json_fail(j, 'FIXED')::numeric END $$;
CREATE FUNCTION sf.json_real(j jsonb) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE jsonb_typeof(j) WHEN 'number' THEN (j #>> '{}')::float8 WHEN 'string' THEN coalesce(sf.try_text_real(j #>> '{}'), sf.json_fail(j, 'REAL')::float8)
   WHEN 'boolean' THEN (j #>> '{}')::boolean::int::float8 WHEN 'null' THEN NULL ELSE sf.json_fail(j, 'REAL')::float8 END $$;
CREATE FUNCTION sf.json_bool(j jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE jsonb_typeof(j) WHEN 'boolean' THEN (j #>> '{}')::boolean WHEN 'number' THEN (j #>> '{}')::numeric <> 0 WHEN 'string' THEN coalesce(sf.try_text_bool(j #>> '{}'), sf.json_fail(j, 'BOOLEAN')::boolean)
   WHEN 'null' THEN NULL ELSE sf.json_fail(j, 'BOOLEAN')::boolean END $$;
CREATE FUNCTION sf.flatten(j jsonb) RETURNS TABLE(seq int, key text, path text, index int, value jsonb, this jsonb) LANGUAGE sql IMMUTABLE AS $$
 SELECT 1, NULL::text, '[' || (o - 1) || ']', (o - 1)::int, v, j FROM jsonb_array_elements(CASE WHEN jsonb_typeof(j) = 'array' THEN j ELSE '[]' END) WITH ORDINALITY AS x(v, o)
 UNION ALL SELECT 1, x.key, CASE WHEN x.key ~ '^[A-Za-z_][A-Za-z0-9_]*$' THEN x.key ELSE '[''' || x.key || ''']' END, NULL, x.value, j
 FROM jsonb_each(CASE WHEN jsonb_typeof(j) = 'object' THEN j ELSE '{}' END) AS x $$;
CREATE FUNCTION sf.not_null(v anyelement, tbl text, col text) RETURNS anyelement LANGUAGE plpgsql STABLE AS
$$ BEGIN IF v IS NULL THEN PERFORM sf.raise('100072', '22000', 'DML operation to table ' || tbl || ' failed on column ' || col || ' with error: NULL result in a non-nullable column'); END IF; RETURN v; END $$;
