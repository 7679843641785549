// OpenSSL's digests, random numbers and certificates as plain functions.
#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stddef.h>

/// Writes the SHA-256 of `count` bytes to the 32 bytes at `digest`. Returns 1 on success.
static inline int ccrypto_sha256(const void *bytes, size_t count, unsigned char *digest) {
  unsigned int length = 0;
  return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), (ENGINE *)0);
}

/// Gives OpenSSL no password, because nobody is there to type one.
static inline int ccrypto_no_password(char *buffer, int size, int writing, void *context) {
  (void)buffer, (void)size, (void)writing, (void)context;
  return 0;
}

/// Reads the first certificate of a PEM file and, unless `key` is NULL, the private key in another file.
/// Returns 0 if both are usable, 1 if there is no certificate, 2 if there is no key that works without a
/// password, and 3 if the key does not belong to the certificate.
static inline int ccrypto_check_pem(const char *certificate, const char *key) {
  int result = 1;
  BIO *file = BIO_new_file(certificate, "r");
  X509 *first = file ? PEM_read_bio_X509(file, (X509 **)0, ccrypto_no_password, (void *)0) : (X509 *)0;
  BIO_free(file);
  if (first && !key) result = 0;
  if (first && key) {
    file = BIO_new_file(key, "r");
    EVP_PKEY *secret = file ? PEM_read_bio_PrivateKey(file, (EVP_PKEY **)0, ccrypto_no_password, (void *)0) : (EVP_PKEY *)0;
    BIO_free(file);
    result = !secret ? 2 : X509_check_private_key(first, secret) == 1 ? 0 : 3;
    EVP_PKEY_free(secret);
  }
  X509_free(first);
  ERR_clear_error();
  return result;
}
