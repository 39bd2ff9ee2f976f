/*
 * version.h
 *	  The extension's version, as in the control file.
 */
#ifndef SF_MAIN_VERSION_H
#define SF_MAIN_VERSION_H

#define SF_VERSION "1.0"

#endif							/* SF_MAIN_VERSION_H */
