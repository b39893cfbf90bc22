#!/bin/sh
# Installs what building, running and testing needs, and nothing that is there already.
#
#   scripts/install.sh run     what `make run` needs
#   scripts/install.sh test    what `make test` and `make bench` need (the default)
#
# As root, or where sudo asks for no password, missing Debian packages are installed. Elsewhere they are named, with
# the one command that installs them.
set -eu
cd "$(dirname "$0")/.."
what=${1:-test}

# The window: its web view, fonts to draw with, and a display that exists only in memory.
packages="build-essential pkg-config libwebkit2gtk-4.1-dev fonts-dejavu-core xvfb xauth imagemagick"
if [ "$what" = test ]; then
  # Throwaway servers, their own dump tools, a pool, certificates, a tunnel, a keychain, a clock that jumps, and
  # the window's driver.
  packages="$packages postgresql-15 postgresql-client-15
    mariadb-server-core mariadb-client-core mariadb-client
    pgbouncer openssl openssh-client openssh-server dbus gnome-keyring faketime webkit2gtk-driver"
fi

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
  for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] || printf '%s ' "$package"
  done
}

# Runs a command as root: as we are, or through sudo where it asks nothing.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

install_packages() {
  as_root mkdir -p /etc/postgresql-common
  # The tests start servers of their own; the package must not start one for the whole machine.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  # The same for the other packages that bring a service along.
  held=
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
    held=yes
  fi
  done=yes
  apt update -q || true
  # shellcheck disable=SC2086 # The list is words.
  apt install -y -q --no-install-recommends $1 || done=
  if [ -n "$held" ]; then as_root rm -f /usr/sbin/policy-rc.d; fi
  [ -n "$done" ] || { say "The packages could not be installed; see above."; exit 1; }
  if command -v systemctl >/dev/null; then
    for service in pgbouncer ssh:openssh-server; do
      case " $1 " in
        *" ${service#*:} "*) as_root systemctl disable --quiet "${service%:*}" 2>/dev/null || true ;;
      esac
    done
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" >&2
}

if command -v dpkg-query >/dev/null; then
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    if may_be_root; then
      say "Installing: $missing"
      install_packages "$missing"
    else
      say "These Debian packages are missing: $missing"
      say "Install them with:"
      say "  echo 'create_main_cluster = false' | sudo install -D /dev/stdin /etc/postgresql-common/createcluster.conf"
      say "  sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
      exit 1
    fi
  fi
else
  say "This is no Debian: what is needed besides Rust, Node and npm is, under its Debian names: $packages"
fi

# MariaDB refuses to run as root, and the core package brings no user for it.
if [ "$what" = test ] && [ "$(id -u)" = 0 ] && ! getent passwd mysql >/dev/null; then
  useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin mysql
fi

for program in cargo node npm; do
  command -v "$program" >/dev/null || { say "$program is not installed; install Rust 1.95, Node 20 and npm first."; exit 1; }
done
if [ "$what" = test ]; then
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 || rustup component add rustfmt clippy >&2
  done
fi

# npm's own idea of what is installed costs seconds; a copy of the lock file answers at once.
if ! cmp -s ui/package-lock.json ui/node_modules/.package-lock.installed; then
  say "Installing the packages of the user interface"
  # `npm ci` wants the lock file to name the optional packages of every platform, and registries that lack some of
  # them exist; a plain install without saving takes the same versions from the same lock file.
  (cd ui && { npm ci --no-audit --no-fund --loglevel=silent || npm install --no-save --no-audit --no-fund --loglevel=error; } >&2)
  cp ui/package-lock.json ui/node_modules/.package-lock.installed
fi
