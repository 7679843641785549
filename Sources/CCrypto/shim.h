// OpenSSL's digests and random numbers, as plain functions.
#pragma once
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stddef.h>

/// SHA-256 of `count` bytes into 32 bytes at `digest`; 1 on success.
static inline int ccrypto_sha256(const void *bytes, size_t count, unsigned char *digest) {
  unsigned int length = 0;
  return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), (ENGINE *)0);
}
