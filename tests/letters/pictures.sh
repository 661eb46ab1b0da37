#!/bin/sh
# Pictures of letters, to be looked at page by page: every PDF given as PNG, every DOCX given as LibreOffice sets it.
#   tests/letters/pictures.sh OUT PRINTED FILE.pdf|FILE.docx ...
# PRINTED is a folder for the PDF that LibreOffice makes of a DOCX.
# Wants Debian's poppler-utils, and for DOCX libreoffice-writer-nogui and fonts-noto-cjk (which stands in for the fonts that offices have).
set -eu
[ $# -ge 3 ] || { echo "usage: $0 OUT PRINTED FILE..." >&2; exit 2; }
out=$1 printed=$2
shift 2
mkdir -p "$out" "$printed"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/fonts.conf" <<'CONF'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="same"><family>仿宋_GB2312</family><accept><family>仿宋</family><family>Noto Serif CJK SC</family></accept></alias>
  <alias binding="same"><family>方正小标宋简体</family><accept><family>华文中宋</family><family>Noto Serif CJK SC Bold</family><family>Noto Serif CJK SC</family></accept></alias>
  <alias binding="same"><family>黑体</family><accept><family>Noto Sans CJK SC</family></accept></alias>
  <alias binding="same"><family>楷体_GB2312</family><accept><family>楷体</family><family>LXGW WenKai</family><family>Noto Serif CJK SC</family></accept></alias>
  <alias binding="same"><family>宋体</family><accept><family>Noto Serif CJK SC</family></accept></alias>
</fontconfig>
CONF

for file; do
    name=$(basename "$file")
    case $file in
    *.pdf) pdf=$file name=${name%.pdf} ;;
    *.docx)
        FONTCONFIG_FILE="$work/fonts.conf" HOME="$work" soffice --headless --convert-to pdf --outdir "$printed" "$file" >/dev/null
        name=${name%.docx}-docx
        pdf=$printed/${name%-docx}.pdf
        ;;
    *) echo "$file: neither PDF nor DOCX" >&2; exit 2 ;;
    esac
    pdftotext "$pdf" - | grep -q . || { echo "$file: no text can be taken out" >&2; exit 1; }
    pdftoppm -r 64 -gray -png "$pdf" "$out/$name"
done
ls "$out"
