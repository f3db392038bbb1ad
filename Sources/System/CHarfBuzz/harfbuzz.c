#include "CHarfBuzz.h"

#include "CLazy.h"

static void *find(const char *name) {
    static struct vast_library library = VAST_LIBRARY("libharfbuzz-subset.so.0");
    return vast_find(&library, name);
}

VAST_FORWARD(hb_blob_t *, hb_blob_create,
             (const char *data, unsigned int length, hb_memory_mode_t mode, void *context, hb_destroy_func_t destroy),
             (data, length, mode, context, destroy), NULL)
VAST_FORWARD(void, hb_blob_destroy, (hb_blob_t *blob), (blob), VAST_NOTHING)
VAST_FORWARD(const char *, hb_blob_get_data, (hb_blob_t *blob, unsigned int *length), (blob, length), NULL)
VAST_FORWARD(hb_face_t *, hb_face_create, (hb_blob_t *blob, unsigned int index), (blob, index), NULL)
VAST_FORWARD(void, hb_face_destroy, (hb_face_t *face), (face), VAST_NOTHING)
VAST_FORWARD(unsigned int, hb_face_get_glyph_count, (const hb_face_t *face), (face), 0)
VAST_FORWARD(unsigned int, hb_face_get_upem, (const hb_face_t *face), (face), 0)
VAST_FORWARD(hb_blob_t *, hb_face_reference_blob, (hb_face_t *face), (face), NULL)
VAST_FORWARD(hb_font_t *, hb_font_create, (hb_face_t *face), (face), NULL)
VAST_FORWARD(void, hb_font_destroy, (hb_font_t *font), (font), VAST_NOTHING)
VAST_FORWARD(hb_position_t, hb_font_get_glyph_h_advance, (hb_font_t *font, hb_codepoint_t glyph), (font, glyph), 0)
VAST_FORWARD(hb_bool_t, hb_font_get_h_extents, (hb_font_t *font, hb_font_extents_t *extents), (font, extents), 0)
VAST_FORWARD(hb_bool_t, hb_font_get_nominal_glyph,
             (hb_font_t *font, hb_codepoint_t unicode, hb_codepoint_t *glyph), (font, unicode, glyph), 0)
VAST_FORWARD(hb_language_t, hb_language_from_string, (const char *text, int length), (text, length), NULL)
VAST_FORWARD(hb_codepoint_t, hb_map_get, (const hb_map_t *map, hb_codepoint_t key), (map, key), 0)
VAST_FORWARD(unsigned int, hb_ot_name_get_utf8,
             (hb_face_t *face, hb_ot_name_id_t name, hb_language_t language, unsigned int *size, char *text),
             (face, name, language, size, text), 0)
VAST_FORWARD(void, hb_set_add, (hb_set_t *set, hb_codepoint_t value), (set, value), VAST_NOTHING)
VAST_FORWARD(hb_subset_input_t *, hb_subset_input_create_or_fail, (void), (), NULL)
VAST_FORWARD(void, hb_subset_input_destroy, (hb_subset_input_t *input), (input), VAST_NOTHING)
VAST_FORWARD(hb_set_t *, hb_subset_input_glyph_set, (hb_subset_input_t *input), (input), NULL)
VAST_FORWARD(hb_set_t *, hb_subset_input_set, (hb_subset_input_t *input, hb_subset_sets_t kind), (input, kind), NULL)
VAST_FORWARD(void, hb_subset_input_set_flags, (hb_subset_input_t *input, unsigned flags), (input, flags), VAST_NOTHING)
VAST_FORWARD(hb_subset_plan_t *, hb_subset_plan_create_or_fail, (hb_face_t *face, const hb_subset_input_t *input),
             (face, input), NULL)
VAST_FORWARD(void, hb_subset_plan_destroy, (hb_subset_plan_t *plan), (plan), VAST_NOTHING)
VAST_FORWARD(hb_face_t *, hb_subset_plan_execute_or_fail, (hb_subset_plan_t *plan), (plan), NULL)
VAST_FORWARD(const hb_map_t *, hb_subset_plan_old_to_new_glyph_mapping, (const hb_subset_plan_t *plan), (plan), NULL)
