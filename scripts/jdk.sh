# Sourced by nvmevf and test: finds a Java that is new enough. Sets nothing but what it prints.

NVMEVF_JAVA_MIN=25

# Prints the major version of the Java under $1, or nothing.
nvmevf_java_version() {
  local line version=
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line; do
      case $line in
        JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;;
      esac
    done < "$1/release"
  fi
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version \("[^"]*"\).*/\1/p' | head -n 1)
  version=${version//\"/}
  version=${version%%[.+-]*}
  case $version in
    '' | *[!0-9]*) ;;
    *) printf '%s\n' "$version" ;;
  esac
}

# Prints the home of a Java >= NVMEVF_JAVA_MIN; with "jdk" as $1 only of one that can compile. Fails if there is none.
# JAVA_HOME comes first, then what is under /usr/lib/jvm (the lowest version that serves), then PATH.
nvmevf_find_java() {
  local need=${1:-jre} home version best= best_version= on_path
  on_path=$(command -v java || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    [ -n "$home" ] || continue
    version=$(nvmevf_java_version "$home")
    [ -n "$version" ] && [ "$version" -ge "$NVMEVF_JAVA_MIN" ] || continue
    [ "$need" = jre ] || [ -x "$home/bin/javac" ] || continue
    if [ "$home" = "${JAVA_HOME:-}" ]; then
      best=$home
      break
    fi
    if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
      best=$home
      best_version=$version
    fi
  done
  [ -n "$best" ] && printf '%s\n' "$best"
}
