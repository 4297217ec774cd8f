#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes expected.json and previews/ from real/, every value by a program other than the inspector.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8 TZ=UTC
ROOT=$PWD
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
rm -rf previews pages
mkdir previews pages
cd real
export TMP LO="timeout 120 soffice -env:UserInstallation=file://$TMP/profile --headless"
sh_lo='soffice --headless'

# set_field NAME COMMAND: the command's output is the value, the command is stored beside it.
set_field() {
  local out
  out=$(eval "$2" 2>"$TMP/err") || { cat "$TMP/err" >&2; echo "failed: $2" >&2; exit 1; }
  VALUE[$1]=$(printf '%s' "$out" | sed -e 's/^ *//' -e 's/ *$//')
  COMMAND[$1]=${2//\$LO/$sh_lo}
  COMMAND[$1]=${COMMAND[$1]//\$TMP/TMP}
}
meta() { echo "unzip -p $1 $2 | xmllint --xpath 'string(//*[local-name()=\"$3\"])' -"; }
declare -A VALUE COMMAND
: > "$TMP/rows"
for f in *; do
  ! grep -q "^real	$f	" "$ROOT/PUBLISHED.tsv" || continue
  VALUE=() COMMAND=()
  tolerance=null canonical= note= preview=
  set_field type "file --mime-type -b $f"
  canonical=${VALUE[type]}
  case $f in
    *.pdf)
      set_field title "pdfinfo $f | sed -n 's/^Title: *//p'"
      set_field author "pdfinfo $f | sed -n 's/^Author: *//p'"
      set_field pages "pdfinfo $f | sed -n 's/^Pages: *//p'"
      set_field words "pdftotext $f - | wc -w"
      # Lines of a pixel at least make a small diagram another picture.
      [ "$f" = cairo-dot.pdf ] || pdftoppm -png -singlefile -f 1 -scale-to 128 "$f" "../pages/$f"
      tolerance=0.03 ;;
    *.docx|*.xlsx|*.pptx)
      set_field title "$(meta $f docProps/core.xml title)"
      set_field author "$(meta $f docProps/core.xml creator)"
      set_field pages "unzip -p $f docProps/app.xml | xmllint --xpath 'string(//*[local-name()=\"Pages\" or local-name()=\"Slides\"])' -" ;;
    *.odt|*.ods|*.odp)
      set_field title "$(meta $f meta.xml title)"
      set_field author "$(meta $f meta.xml initial-creator)"
      case $f in *.odt) a=page-count ;; *.ods) a=table-count ;; *) a=page-count ;; esac
      set_field pages "unzip -p $f meta.xml | xmllint --xpath 'string(//@*[local-name()=\"$a\"])' -" ;;
    *.epub)
      set_field title "$(meta $f OEBPS/content.opf title)"
      set_field author "$(meta $f OEBPS/content.opf creator)"
      set_field words "unzip -p $f 'OEBPS/sections/*.xhtml' | sed -e 's/<?xml[^>]*>//g' -e 's/<\\/p>/ /g' -e 's/<[^>]*>//g' | wc -w"
      tolerance=0.03 ;;
    *.png|*.jpg|*.gif|*.bmp)
      set_field width "identify -format '%w' '$f[0]'"
      set_field height "identify -format '%h' '$f[0]'"
      preview=previews/$f.png
      set_field preview "convert '$f[0]' -background white -alpha remove -resize 128x128 -depth 8 -strip -define png:exclude-chunk=date,time PNG24:../$preview"
      VALUE[preview]=$preview ;;
    *.xhtml)
      canonical=application/xhtml+xml
      set_field title "xmllint --xpath 'string(//*[local-name()=\"title\"])' $f"
      set_field author "xmllint --xpath 'string(//*[local-name()=\"meta\"][@name=\"author\" or @name=\"DCTERMS.creator\"]/@content)' $f"
      set_field words "xmllint --xpath '//*[local-name()=\"body\"]' $f | sed -e 's/<\\/p>\\|<\\/h[1-6]>\\|<\\/td>/ /g' -e 's/<[^>]*>//g' | wc -w"
      tolerance=0.03 ;;
    *.svg)
      set_field words "xmllint --xpath 'string(/)' $f | wc -w"
      tolerance=0 ;;
    *.xml)
      canonical=application/xml
      set_field words "xmllint --noblanks --encode UTF-8 $f | sed -e 's/<!--.*-->//' -e 's/<!\\[CDATA\\[\\([^]]*\\)\\]\\]>/\\1/g' -e 's/<[/?a-z][^>]*>/ /g' | wc -w"
      tolerance=0 ;;
    latin1.txt)
      set_field words "iconv -f ISO-8859-1 -t UTF-8 $f | LC_ALL=C.UTF-8 wc -w"
      tolerance=0 ;;
    *.txt)
      set_field words "LC_ALL=C.UTF-8 wc -w < $f"
      tolerance=0 ;;
  esac
  case $f in
    *.docx|*.odt)
      set_field words "\$LO --convert-to 'txt:Text (encoded):UTF8' --outdir \$TMP $f >/dev/null && wc -w < \$TMP/${f%.*}.txt"
      tolerance=0.03 ;;
    *.pptx|*.odp)
      set_field words "\$LO --convert-to pdf --outdir \$TMP $f >/dev/null && pdftotext \$TMP/${f%.*}.pdf - | wc -w"
      tolerance=0.03
      note="words are those of the PDF that LibreOffice makes of the slides" ;;
  esac
  [ "$canonical" = "${VALUE[type]}" ] || note="file says ${VALUE[type]}, the canonical type is $canonical; either is right"
  commands='{}'
  for k in type title author pages width height words preview; do
    [ -z "${COMMAND[$k]:-}" ] || commands=$(jq -c --arg k "$k" --arg v "${COMMAND[$k]}" '.[$k]=$v' <<<"$commands")
  done
  jq -nc --arg file "$f" --arg type "${VALUE[type]}" --arg canonical "$canonical" --arg note "$note" \
    --arg title "${VALUE[title]:-}" --arg author "${VALUE[author]:-}" --arg pages "${VALUE[pages]:-}" \
    --arg width "${VALUE[width]:-}" --arg height "${VALUE[height]:-}" --arg words "${VALUE[words]:-}" \
    --arg preview "$preview" --argjson tolerance "$tolerance" --argjson commands "$commands" '
    def text($v): if $v == "" then null else $v end;
    def number($v): if $v == "" then null else ($v | tonumber) end;
    {file: $file, type: $type, canonicalType: $canonical, title: text($title), author: text($author),
     pages: number($pages), width: number($width), height: number($height), words: number($words),
     wordsTolerance: $tolerance, preview: text($preview), note: text($note), commands: $commands}' >> "$TMP/rows"
done
jq -s . "$TMP/rows" > "$ROOT/expected.json"
"$ROOT/make-published.py"
jq -r '.[] | [.file, .type, .title, .author, .pages, .width, .height, .words] | @tsv' "$ROOT/expected.json"
