#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes real/ and PROVENANCE.tsv from sources/ with the programs named in README.md.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=1768464000 FORCE_SOURCE_DATE=1

OUT=$PWD/real
SRC=$PWD/sources
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
rm -rf "$OUT"
mkdir -p "$OUT"
TABLE=$PWD/PROVENANCE.tsv
printf '# SPDX-License-Identifier: Apache-2.0\nfile\tprogram\tversion\tcommand\n' > "$TABLE"

LO_V=$(soffice --version 2>/dev/null | awk '{print $2; exit}')
GS_V=$(gs --version)
TEX_V=$(pdftex --version | sed -n '1s/pdfTeX //p')
GROFF_V=$(groff --version | sed -n '1s/.*version //p')
QPDF_V=$(qpdf --version | sed -n '1s/.*version //p')
IM_V=$(convert --version | awk 'NR==1{print $3}')
POPPLER_V=$(pdftocairo -v 2>&1 | awk 'NR==1{print $3}')
RSVG_V=$(rsvg-convert --version | awk '{print $3; exit}')
DOT_V=$(dot -V 2>&1 | awk '{print $5}')
XML_V=$(xmllint --version 2>&1 | sed -n '1s/.*version //p')
ZIP_V=$(zip -v | sed -n '2s/This is Zip \([0-9.]*\).*/\1/p')
GZIP_V=$(gzip --version | awk 'NR==1{print $2}')
JAR_V=$(jar --version | awk '{print $2}')
ICONV_V=$(iconv --version | awk 'NR==1{print $NF}')
CP_V=$(cp --version | awk 'NR==1{print $NF}')

# made FILE PROGRAM VERSION COMMAND: runs the command in $TMP; $F is the file to write.
made() {
  local file=$1 F=$OUT/$1
  (cd "$TMP" && export F && eval "$4") > "$TMP/log" 2>&1 || { cat "$TMP/log" >&2; exit 1; }
  [ -s "$F" ] || { echo "not made: $file" >&2; cat "$TMP/log" >&2; exit 1; }
  printf '%s\t%s\t%s\t%s\n' "$file" "$2" "$3" "${4//$'\n'/ }" >> "$TABLE"
  echo "made $file"
}
export OUT SRC TMP
# lo FORMAT SOURCE: converts with a profile of its own, leaves the file in $TMP
lo() { timeout 120 soffice -env:UserInstallation="file://$TMP/profile" --headless --convert-to "$1" --outdir "$TMP" "$2"; }
export -f lo

# PDF
made writer.pdf "LibreOffice Writer" "$LO_V" 'lo pdf $SRC/harbour.fodt && mv harbour.pdf $F'
made europe.pdf "LibreOffice Writer" "$LO_V" 'lo pdf $SRC/europe.fodt && mv europe.pdf $F'
made impress.pdf "LibreOffice Impress" "$LO_V" 'lo pdf $SRC/talk.fodp && mv talk.pdf $F'
made ghostscript.pdf Ghostscript "$GS_V" 'ps2pdf -dPDFSETTINGS=/ebook $SRC/pages.ps $F'
made ghostscript-cff.pdf Ghostscript "$GS_V" 'ps2pdf -dPDFSETTINGS=/prepress $SRC/pages.ps $F'
made ghostscript-pdf14.pdf Ghostscript "$GS_V" 'gs -q -dBATCH -dNOPAUSE -dSAFER -sDEVICE=pdfwrite -dCompatibilityLevel=1.4 -sOutputFile=$F $OUT/writer.pdf'
made pdftex.pdf pdfTeX "$TEX_V" 'pdflatex -interaction=batchmode -output-directory=. $SRC/paper.tex && mv paper.pdf $F'
made groff.pdf groff "$GROFF_V" 'groff -Tpdf -ms $SRC/rules.ms > $F'
made cairo-dot.pdf "Graphviz, cairo" "$DOT_V" 'dot -Tpdf $SRC/plan.dot -o $F'
made cairo-poppler.pdf "pdftocairo, cairo" "$POPPLER_V" 'pdftocairo -pdf $OUT/writer.pdf $F'
made qpdf-linearized.pdf qpdf "$QPDF_V" 'qpdf --deterministic-id --linearize $OUT/groff.pdf $F'
made qpdf-objstm.pdf qpdf "$QPDF_V" 'qpdf --deterministic-id --object-streams=generate --compression-level=9 --recompress-flate $OUT/ghostscript.pdf $F'
made qpdf-qdf.pdf qpdf "$QPDF_V" 'qpdf --deterministic-id --qdf --object-streams=disable $OUT/pdftex.pdf $F'

# Office documents
made harbour.odt "LibreOffice Writer" "$LO_V" 'lo odt $SRC/harbour.fodt && mv harbour.odt $F'
made harbour.docx "LibreOffice Writer" "$LO_V" 'cp $OUT/harbour.odt h.odt && lo docx:"MS Word 2007 XML" h.odt && mv h.docx $F'
made europe.odt "LibreOffice Writer" "$LO_V" 'lo odt $SRC/europe.fodt && mv europe.odt $F'
made europe.docx "LibreOffice Writer" "$LO_V" 'lo docx:"MS Word 2007 XML" $SRC/europe.fodt && mv europe.docx $F'
made ledger.ods "LibreOffice Calc" "$LO_V" 'lo ods $SRC/ledger.fods && mv ledger.ods $F'
made ledger.xlsx "LibreOffice Calc" "$LO_V" 'lo xlsx:"Calc MS Excel 2007 XML" $SRC/ledger.fods && mv ledger.xlsx $F'
made talk.odp "LibreOffice Impress" "$LO_V" 'lo odp $SRC/talk.fodp && mv talk.odp $F'
made talk.pptx "LibreOffice Impress" "$LO_V" 'lo pptx:"Impress MS PowerPoint 2007 XML" $SRC/talk.fodp && mv talk.pptx $F'
made harbour.epub "LibreOffice Writer" "$LO_V" 'lo epub:EPUB $SRC/harbour.fodt && mv harbour.epub $F'

# images; every one is longer than 128 pixels on its longest side
STRIP='-strip -define png:exclude-chunk=date,time'
PICTURE="-seed 7 -size 320x200 plasma:steelblue-gold -blur 0x3 -fill navy -draw 'circle 90,100 90,50' -fill white -draw 'rectangle 180,60 280,150'"
export STRIP PICTURE
made rgb8.png ImageMagick "$IM_V" "convert $PICTURE $STRIP -depth 8 PNG24:\$F"
made rgb16.png ImageMagick "$IM_V" "convert -size 160x120 gradient:crimson-aquamarine $STRIP -depth 16 PNG48:\$F"
made gray16.png ImageMagick "$IM_V" "convert -size 256x160 gradient:white-black -colorspace Gray $STRIP -define png:color-type=0 -define png:bit-depth=16 -depth 16 \$F"
made gray8.png ImageMagick "$IM_V" "convert -size 200x300 radial-gradient:white-black -colorspace Gray $STRIP -define png:color-type=0 -define png:bit-depth=8 \$F"
made bilevel.png ImageMagick "$IM_V" "convert -size 256x256 xc:white -fill black -draw 'circle 128,128 128,40' $STRIP -define png:color-type=0 -define png:bit-depth=1 -monochrome \$F"
made palette.png ImageMagick "$IM_V" "convert $PICTURE +dither -colors 64 $STRIP PNG8:\$F"
made interlaced.png ImageMagick "$IM_V" "convert $PICTURE $STRIP -interlace PNG -depth 8 PNG24:\$F"
made alpha.png ImageMagick "$IM_V" "convert -size 240x180 xc:none -fill 'rgba(200,40,40,0.5)' -draw 'circle 90,90 90,20' -fill 'rgba(30,90,200,0.8)' -draw 'rectangle 110,60 220,150' $STRIP -depth 8 PNG32:\$F"
made baseline.jpg ImageMagick "$IM_V" "convert $PICTURE -strip -interlace none -sampling-factor 4:2:0 -quality 85 \$F"
made progressive.jpg ImageMagick "$IM_V" "convert $PICTURE -resize 150% -strip -interlace JPEG -sampling-factor 4:4:4 -quality 85 \$F"
made gray.jpg ImageMagick "$IM_V" "convert $PICTURE -colorspace Gray -strip -interlace none -quality 85 \$F"
made large.jpg ImageMagick "$IM_V" "convert $PICTURE -resize 1600x1000! -strip -sampling-factor 4:2:0 -quality 70 \$F"
made still.gif ImageMagick "$IM_V" "convert $PICTURE +dither -colors 64 -strip -interlace GIF \$F"
made animated.gif ImageMagick "$IM_V" "convert -delay 20 -loop 0 -size 160x120 xc:lightblue -fill red -draw 'circle 40,60 40,30' \\( -clone 0 -fill green -draw 'circle 80,60 80,30' \\) \\( -clone 0 -fill blue -draw 'circle 120,60 120,30' \\) -strip -layers OptimizeFrame \$F"
made rgb24.bmp ImageMagick "$IM_V" "convert $PICTURE -resize 50% -strip -type TrueColor BMP3:\$F"
made palette8.bmp ImageMagick "$IM_V" "convert $PICTURE -resize 50% +dither -colors 32 -strip -type Palette -compress none BMP3:\$F"

# XML
made feed.xml xmllint "$XML_V" 'xmllint --format $SRC/feed.xml > $F'
made feed-utf16.xml xmllint "$XML_V" 'xmllint --encode UTF-16 $SRC/feed.xml > $F'
made drawing.svg "rsvg-convert, cairo" "$RSVG_V" 'dot -Tsvg $SRC/plan.dot > plan.svg && rsvg-convert -f svg plan.svg > $F'
made harbour.xhtml "LibreOffice Writer, xmllint" "$LO_V, $XML_V" 'lo xhtml:"XHTML Writer File" $SRC/harbour.fodt && xmllint --dropdtd --nonet harbour.xhtml > $F'

# text
made scripts.txt "cp (written by hand)" "$CP_V" 'cp $SRC/scripts.txt $F'
made harbour.txt "LibreOffice Writer" "$LO_V" 'lo "txt:Text (encoded):UTF8" $SRC/harbour.fodt && mv harbour.txt $F'
made latin1.txt iconv "$ICONV_V" 'iconv -f UTF-8 -t ISO-8859-1 $SRC/latin1.txt > $F'

# archives
made notes.zip zip "$ZIP_V" 'mkdir -p z/docs && cp $SRC/harbour.txt z/docs/ && cp $SRC/latin1.txt $SRC/feed.xml z/ && find z -exec touch -h -d @$SOURCE_DATE_EPOCH {} + && cd z && zip -X -9 -r $F docs feed.xml latin1.txt'
made stored.zip zip "$ZIP_V" 'mkdir -p s && cp $SRC/scripts.txt s/ && touch -d @$SOURCE_DATE_EPOCH s/scripts.txt && cd s && zip -X -0 $F scripts.txt'
made notes.jar jar "$JAR_V" 'mkdir -p j/notes && cp $SRC/scripts.txt j/notes/ && jar --create --date=2026-01-15T08:00:00Z --file $F -C j .'
made scripts.txt.gz gzip "$GZIP_V" 'gzip -9 -n < $SRC/scripts.txt > $F'

du -cb "$OUT"/* | tail -1
