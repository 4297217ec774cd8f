#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# package.sh FOLDER DEB: installs, upgrades and removes the package in a copy of this machine's file
# system that nobody else sees and that is gone at the end. As root, in a mount namespace of its own.
set -euo pipefail
folder=$1
deb=$2
mount -t tmpfs tmpfs "$folder"
mkdir "$folder"/{upper,work,root}
cp "$deb" "$folder/first.deb"
mount -t overlay overlay \
  -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs run
cp "$folder/first.deb" tmp/first.deb
mkdir tmp/before
pivot_root . tmp/before
cd /
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset JAVA_HOME

# at STEP COMMAND...: names what failed.
at() {
  local step=$1
  shift
  "$@" || { printf 'failed: %s\n' "$step"; exit 1; }
}

dpkg -i /tmp/first.deb
at "the configuration is the package's" grep -q /var/lib/portunus/jobs <(portunus config)
portunus start --run /tmp/run > /tmp/out 2>&1 &
instance=$!
for _ in $(seq 600); do
  grep -q ' runs in ' /tmp/out && break
  sleep 0.1
done
at "an instance runs" portunus status --run /tmp/run

dpkg-deb -R /tmp/first.deb /tmp/second
sed -i 's/^Version:.*/Version: 9.0/' /tmp/second/DEBIAN/control
printf '9.0\n' > /tmp/second/usr/lib/portunus-payload/dist/version
dpkg-deb -Znone --build /tmp/second /tmp/second.deb
dpkg -i /tmp/second.deb
at "both versions are there" test "$(find /usr/lib/portunus/versions -mindepth 1 -maxdepth 1 | wc -l)" = 2
at "the instance goes on" portunus status --run /tmp/run
if dpkg -r portunus; then
  echo 'failed: the package goes while an instance runs'
  exit 1
fi
kill "$instance"
wait "$instance" || true
dpkg -P portunus
for path in /usr/lib/portunus /usr/lib/portunus-payload /usr/bin/portunus /etc/portunus.conf \
  /var/lib/portunus /usr/share/man/man1/portunus.1 /usr/lib/systemd/system/portunus.service; do
  at "$path is gone" test ! -e "$path"
done
echo 'the package came and went'
