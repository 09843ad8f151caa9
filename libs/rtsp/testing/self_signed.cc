// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/self_signed.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp::testing {
namespace {

constexpr int kSecondsOfADay = 86400;

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

File Open(const std::string& path) {
  File file(fopen(path.c_str(), "w"), &fclose);
  EXPECT_NE(file, nullptr) << path;
  return file;
}

}  // namespace

SelfSigned MakeSelfSigned(absl::string_view name) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kSecondsOfADay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kSecondsOfADay);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  const unsigned char common_name[] = "camera";
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  const std::string names(name);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  EXPECT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);

  const std::string stem = absl::StrCat(
      ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name(),
      "-", names.size());
  SelfSigned files = {.certificate_file = stem + ".crt", .key_file = stem + ".key"};
  PEM_write_X509(Open(files.certificate_file).get(), certificate.get());
  PEM_write_PrivateKey(Open(files.key_file).get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
  return files;
}

}  // namespace relayfleet::rtsp::testing
