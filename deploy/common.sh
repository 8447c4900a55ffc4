# What the scripts that start something have in common; they source it.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "$1" >&2
    exit "${failure:-1}"
}

is_jdk_25() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

# Where a JDK 25 is: in JAVA_HOME, on the PATH, or where they are usually kept.
jdk_25() {
    local java candidates=()
    [ -z "${JAVA_HOME:-}" ] || candidates+=("$JAVA_HOME")
    if java=$(command -v java); then
        # a link in /usr/bin leads to the JDK it is part of
        while [ -L "$java" ]; do
            local target
            target=$(readlink "$java")
            case $target in /*) java=$target ;; *) java=$(dirname "$java")/$target ;; esac
        done
        candidates+=("$(dirname "$(dirname "$java")")")
    fi
    if [ -x /usr/libexec/java_home ]; then
        candidates+=("$(/usr/libexec/java_home -v 25 2>/dev/null || true)")
    fi
    candidates+=(/usr/lib/jvm/* /usr/local/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*)
    local home
    for home in "${candidates[@]}"; do
        if [ -n "$home" ] && is_jdk_25 "$home"; then
            echo "$home"
            return
        fi
    done
    return 1
}

# Has JAVA_HOME lead to a JDK 25 from here on.
use_jdk_25() {
    JAVA_HOME=$(jdk_25) ||
        fail "Reconverge needs a JDK 25: none was found in JAVA_HOME, on the PATH or in the usual folders."
    export JAVA_HOME
}

# Whether any source under the folders behind it is newer than the file, or the file is not there.
is_outdated() {
    local file=$1
    shift
    [ ! -e "$file" ] || [ -n "$(find "$@" -name target -prune -o \
        \( -name pom.xml -o -path '*/src/main/*' -type f \) -newer "$file" -print | head -n 1)" ]
}

# Builds modules without their tests. What else there is to say goes to Maven.
build() {
    echo "Building; the first time takes some minutes." >&2
    (cd "$root" && ./mvnw -q -Dmaven.test.skip=true -am -pl "$@") >&2 || fail "The build failed; what it said is above."
    # a reproducible build dates them back
    find "$root" -path '*/target/*-exec.jar' -exec touch {} +
}

# The first of the files that there is.
first_of() {
    local file
    for file in "$@"; do
        if [ -e "$file" ]; then
            echo "$file"
            return
        fi
    done
}

# The folder of an executable jar, unpacked: the same jars start in half the time. It is made anew for a new jar.
unpacked() {
    local jar=$1 app=$2
    if [ ! -e "$app/unpacked" ] || [ "$jar" -nt "$app/unpacked" ]; then
        rm -rf "$app"
        "$JAVA_HOME/bin/java" -Djarmode=tools -jar "$jar" extract --destination "$app" >/dev/null ||
            fail "The executable jar could not be unpacked into $app."
        touch "$app/unpacked"
    fi
    echo "$app/$(basename "$jar")"
}
