#!/bin/sh
# Makes postgres-9.4.4.jar in the folder of the archives, beside those that Maven has put there, so that tests run with 9.4 too:
#
#   embedded/archive-of-9.4.sh embedded/target/postgres
#
# No Maven archive holds a 9.4. The npm package pg-server-9.4-linux-x64 does, without the libraries of its time (openssl 1.0,
# openldap 2.4), which the archive of 9.5 has. Needs npm, unzip, zip, tar and xz; linux on amd64 only.
set -eu

archives=$(readlink -f -- "$1")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work"

npm pack --silent pg-server-9.4-linux-x64@9.4.4 >/dev/null
tar -xzf pg-server-9.4-linux-x64-9.4.4.tgz
mkdir libraries
unzip -q "$archives/postgres-9.5.3.jar" postgresql-Linux-x86_64.txz
tar -xJf postgresql-Linux-x86_64.txz -C libraries
for library in libraries/lib/lib*; do
  case ${library##*/} in
    libssl* | libcrypto* | libldap* | liblber* | libsasl* | libkrb5* | libk5crypto* | libgssapi* | libcom_err*)
      [ -e "package/server/lib/${library##*/}" ] || cp -a "$library" package/server/lib/
      ;;
  esac
done
chmod +x package/server/bin/*
tar -cJf postgres-linux-x86_64.txz -C package/server bin lib share
zip -q "$archives/postgres-9.4.4.jar" postgres-linux-x86_64.txz
echo "$archives/postgres-9.4.4.jar"
