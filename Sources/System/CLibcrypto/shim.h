#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/hmac.h>
#include <openssl/err.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <openssl/pkcs12.h>
#include <openssl/ts.h>
#include <openssl/provider.h>

// Macros and variadic calls that Swift does not import.

static inline void vast_free(void *p) { OPENSSL_free(p); }

static inline STACK_OF(X509) *vast_x509_stack_new(void) { return sk_X509_new_null(); }
static inline int vast_x509_stack_push(STACK_OF(X509) *s, X509 *x) { return sk_X509_push(s, x); }
static inline int vast_x509_stack_count(const STACK_OF(X509) *s) { return s ? sk_X509_num(s) : 0; }
static inline X509 *vast_x509_stack_value(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline void vast_x509_stack_free(STACK_OF(X509) *s) { sk_X509_pop_free(s, X509_free); }

// Key files of older programs keep their certificates under RC2, which only the legacy provider knows. It lives in a
// context of its own, made on first need and kept, so that nothing else in the process can reach its algorithms.
static OSSL_LIB_CTX *vast_legacy_context_value = NULL;
static CRYPTO_ONCE vast_legacy_context_once = CRYPTO_ONCE_STATIC_INIT;
static inline void vast_legacy_context_make(void) {
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    if (context == NULL) return;
    if (OSSL_PROVIDER_load(context, "default") == NULL || OSSL_PROVIDER_load(context, "legacy") == NULL) {
        OSSL_LIB_CTX_free(context);
        return;
    }
    vast_legacy_context_value = context;
}
static inline PKCS12 *vast_pkcs12_read_legacy(const unsigned char *bytes, long count) {
    if (!CRYPTO_THREAD_run_once(&vast_legacy_context_once, vast_legacy_context_make)) return NULL;
    if (vast_legacy_context_value == NULL) return NULL;
    PKCS12 *archive = PKCS12_init_ex(NID_pkcs7_data, vast_legacy_context_value, NULL);
    if (archive == NULL) return NULL;
    if (d2i_PKCS12(&archive, &bytes, count) == NULL) {
        PKCS12_free(archive);
        return NULL;
    }
    return archive;
}

static inline EVP_PKEY *vast_generate_rsa(size_t bits) { return EVP_RSA_gen(bits); }
static inline EVP_PKEY *vast_generate_ec(const char *curve) { return EVP_EC_gen(curve); }
static inline EVP_PKEY *vast_generate_ed25519(void) { return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); }

static inline int vast_rsa_padding_pss(void) { return RSA_PKCS1_PSS_PADDING; }
static inline int vast_rsa_padding_pkcs1(void) { return RSA_PKCS1_PADDING; }

// OpenSSL's own default gives every token the serial number 1; a random one needs no counter on disk.
static inline ASN1_INTEGER *vast_ts_random_serial(struct TS_resp_ctx *ctx, void *unused) {
    (void)ctx;
    (void)unused;
    unsigned char bytes[8];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return NULL;
    uint64_t value = 1;
    for (int i = 0; i < 8; i++) value = (value << 7) ^ bytes[i];
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    if (serial != NULL && ASN1_INTEGER_set_uint64(serial, value & 0x7fffffffffffffffULL) != 1) {
        ASN1_INTEGER_free(serial);
        return NULL;
    }
    return serial;
}
static inline void vast_ts_use_random_serials(TS_RESP_CTX *ctx) {
    TS_RESP_CTX_set_serial_cb(ctx, vast_ts_random_serial, NULL);
}

// `clock` points at two longs, seconds and microseconds, that outlive the response being made.
static inline int vast_ts_fixed_time(struct TS_resp_ctx *ctx, void *clock, long *seconds, long *microseconds) {
    (void)ctx;
    *seconds = ((long *)clock)[0];
    *microseconds = ((long *)clock)[1];
    return 1;
}
static inline void vast_ts_use_time(TS_RESP_CTX *ctx, long *clock) {
    TS_RESP_CTX_set_time_cb(ctx, vast_ts_fixed_time, clock);
}
