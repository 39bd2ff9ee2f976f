/*
 * version.h
 *	  The extension's version, as in the control file.
 */
#ifndef SF_CORE_VERSION_H
#define SF_CORE_VERSION_H

#define SF_VERSION "1.0"

#endif							/* SF_CORE_VERSION_H */
