// HarfBuzz, loaded when the first font is cut: most signatures show no text, and the library needs ten others.
#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb-subset.h>
#include <harfbuzz/hb.h>
