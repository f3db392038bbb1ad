// Types and constants of PKCS#11 only: the functions come from the module that is loaded while the program runs.
#include <p11-kit-1/p11-kit/pkcs11.h>
