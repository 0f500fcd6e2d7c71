"""What the search reads: two vectors a listing, kept by a trigger, their indexes, and the words that can be meant."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = """
CREATE TABLE search_name (code text PRIMARY KEY, words text NOT NULL);

CREATE TABLE listing_word (
    word text COLLATE "C" PRIMARY KEY,
    listings integer NOT NULL,
    near text[] COLLATE "C" NOT NULL
);
CREATE INDEX listing_word_near ON listing_word USING gin (near);

ALTER TABLE listing ADD COLUMN words tsvector, ADD COLUMN text_words tsvector;
ALTER TABLE listing ALTER COLUMN words SET STATISTICS 1000, ALTER COLUMN text_words SET STATISTICS 1000;
ALTER TABLE listing SET (fillfactor = 90);
"""

# Positions and weights are not kept: what comes first is said by is_first, rank and age, and whether the title or only
# the text has the words by which of the two vectors has them. It halves the index.
FUNCTIONS = """
CREATE FUNCTION three_vectors(words text) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT strip(to_tsvector('simple', words) || to_tsvector('indonesian', words) || to_tsvector('english', words))
$$;

CREATE FUNCTION keep_listing_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := three_vectors(concat_ws(' ', NEW.title,
        (SELECT string_agg(value #>> '{}', ' ') FROM jsonb_path_query(NEW.attributes, '$[*][*]') AS value),
        (SELECT string_agg(words, ' ') FROM search_name WHERE code IN (NEW.category, NEW.province, NEW.regency))));
    NEW.text_words := NEW.words || three_vectors(NEW.text);
    RETURN NEW;
END
$$;

CREATE TRIGGER listing_words_are_kept
    BEFORE INSERT OR UPDATE OF title, text, attributes, category, province, regency ON listing
    FOR EACH ROW EXECUTE FUNCTION keep_listing_words();
"""

INDEXES = """
CREATE INDEX listing_words ON listing USING gin (words) WITH (fastupdate = off) WHERE status = 'live';
CREATE INDEX listing_text_words ON listing USING gin (text_words) WITH (fastupdate = off) WHERE status = 'live';
CREATE INDEX listing_shelf ON listing
    (is_first DESC, rank DESC, id DESC, price_minor, category, province, regency) WHERE status = 'live';
CREATE INDEX listing_of_category ON listing
    (category, is_first DESC, rank DESC, id DESC, price_minor, province, regency) WHERE status = 'live';
CREATE INDEX listing_of_province ON listing
    (province, is_first DESC, rank DESC, id DESC, price_minor, category, regency) WHERE status = 'live';
CREATE INDEX listing_of_regency ON listing
    (regency, is_first DESC, rank DESC, id DESC, price_minor, category) WHERE status = 'live';
CREATE INDEX listing_live_of_merchant ON listing (merchant_id, is_first DESC, rank DESC, id DESC) WHERE status = 'live';
"""

UNDO = """
DROP INDEX listing_words, listing_text_words, listing_shelf, listing_of_category, listing_of_province,
    listing_of_regency, listing_live_of_merchant;
DROP TRIGGER listing_words_are_kept ON listing;
DROP FUNCTION keep_listing_words();
DROP FUNCTION three_vectors(text);
ALTER TABLE listing DROP COLUMN words, DROP COLUMN text_words;
DROP TABLE listing_word, search_name;
"""

SAID = {
    "11": "nad", "12": "sumut", "13": "sumbar", "16": "sumsel", "19": "babel bangka belitung", "21": "kepri",
    "31": "dki jakarta", "32": "jabar west java", "33": "jateng central java", "34": "diy jogja yogya yogyakarta",
    "35": "jatim east java", "52": "ntb lombok sumbawa", "53": "ntt", "61": "kalbar", "62": "kalteng", "63": "kalsel",
    "64": "kaltim", "65": "kaltara", "71": "sulut", "72": "sulteng", "73": "sulsel", "74": "sultra", "76": "sulbar",
    "82": "malut",
}  # fmt: skip
"""What people write for a province instead of its name."""


def name_codes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from mediator.shop.categories import CATEGORIES
    from mediator.shop.places import PROVINCES, REGENCIES

    named = {code: f"{name} {SAID.get(code, '')}".strip() for code, name in PROVINCES.items()}
    kinds = ("Kabupaten Administrasi ", "Kota Administrasi ", "Kabupaten ", "Kota ")
    for code, name in REGENCIES.items():
        kind = next(kind for kind in kinds if name.startswith(kind))
        named[code] = name.removeprefix(kind)  # "kota" is a word of thousands of goods and of no help
    named |= {code: f"{each.name_id} {each.name_en}" for code, each in CATEGORIES.items()}
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_name SELECT * FROM unnest(%s::text[], %s::text[])", [list(named), list(named.values())]
        )
        cursor.execute("UPDATE listing SET title = title")


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_stock")]
    operations = [
        migrations.RunSQL(TABLES + FUNCTIONS, UNDO),
        migrations.RunPython(name_codes, migrations.RunPython.noop),
        migrations.RunSQL(INDEXES, migrations.RunSQL.noop),
    ]
