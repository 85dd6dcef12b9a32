"""What the database itself holds to: history is never changed, entries balance, balances follow, states follow events."""

from django.db import migrations

FORWARD = r"""
-- Append-only books. Their ids are drawn after a lock that a sealer takes for itself, so that ids become visible in order.
CREATE FUNCTION pestle_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_is_append_only';
END $$;

CREATE FUNCTION pestle_number_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(76543, NEW.pharmacy_id::integer);
    NEW.id := nextval(pg_get_serial_sequence(TG_TABLE_NAME, 'id'));
    RETURN NEW;
END $$;

DO $$
DECLARE book text;
BEGIN
    FOREACH book IN ARRAY ARRAY['records_event', 'records_entry', 'records_line', 'records_accesslog'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION pestle_refuse_change()', book);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION pestle_refuse_change()', book);
        EXECUTE format('CREATE TRIGGER number_in_order BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION pestle_number_in_order()', book);
    END LOOP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON records_seal FOR EACH ROW EXECUTE FUNCTION pestle_refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON records_seal FOR EACH STATEMENT EXECUTE FUNCTION pestle_refuse_change();

-- Earlier forms of rows: pghistory's own triggers refuse change and deletion, this one refuses emptying the table.
DO $$
DECLARE history text;
BEGIN
    FOR history IN SELECT relname FROM pg_class WHERE relname LIKE 'records\_%history' AND relkind = 'r' LOOP
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION pestle_refuse_change()', history);
    END LOOP;
END $$;

-- An entry balances for each lot when its transaction ends.
CREATE FUNCTION pestle_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE crooked bigint;
BEGIN
    SELECT lot_id INTO crooked FROM records_line WHERE entry_id = NEW.entry_id GROUP BY lot_id HAVING sum(quantity) <> 0 LIMIT 1;
    IF crooked IS NOT NULL THEN
        RAISE EXCEPTION 'Entry % does not balance for lot %.', NEW.entry_id, crooked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON records_line DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pestle_entry_balances();

-- Balances are kept here and nowhere else.
CREATE FUNCTION pestle_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Update first: ON CONFLICT alone would check the amount that is moved, not the balance that results.
    UPDATE records_balance SET quantity = quantity + NEW.quantity WHERE place_id = NEW.place_id AND lot_id = NEW.lot_id;
    IF NOT FOUND THEN
        INSERT INTO records_balance (pharmacy_id, place_id, lot_id, quantity, is_inside)
        SELECT NEW.pharmacy_id, NEW.place_id, NEW.lot_id, NEW.quantity, place.is_inside FROM records_place place WHERE place.id = NEW.place_id
        ON CONFLICT (place_id, lot_id) DO UPDATE SET quantity = records_balance.quantity + excluded.quantity;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_balance AFTER INSERT ON records_line FOR EACH ROW EXECUTE FUNCTION pestle_keep_balance();

CREATE FUNCTION pestle_balance_follows_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'A balance is the sum of its lines; write an entry.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_balance_follows_its_lines';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER follows_lines BEFORE INSERT OR UPDATE OR DELETE ON records_balance FOR EACH ROW EXECUTE FUNCTION pestle_balance_follows_lines();

-- The state of a piece of work is the target of its last event, checked when the transaction ends.
CREATE FUNCTION pestle_state_follows_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_state text; now_version integer; last_target text;
BEGIN
    EXECUTE format('SELECT state, version FROM %I WHERE id = $1', TG_TABLE_NAME) INTO now_state, now_version USING NEW.id;
    IF now_state IS NULL THEN RETURN NULL; END IF;
    SELECT target INTO last_target FROM records_event
        WHERE subject_kind = TG_ARGV[0] AND subject_id = NEW.id AND number = now_version;
    IF last_target IS DISTINCT FROM now_state THEN
        RAISE EXCEPTION '% % is % but its last event says %.', TG_ARGV[0], NEW.id, now_state, COALESCE(last_target, 'nothing')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_state_follows_its_event';
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['fill', 'prescription', 'claim', 'message', 'notice', 'order', 'delivery', 'recall', 'discrepancy', 'return', 'suspect'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER state_follows_event AFTER INSERT OR UPDATE OF state, version ON records_%s
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pestle_state_follows_event(%L)', kind, kind);
        EXECUTE format('CREATE TRIGGER no_delete BEFORE DELETE ON records_%s FOR EACH ROW EXECUTE FUNCTION pestle_refuse_change()', kind);
    END LOOP;
END $$;
"""

BACKWARD = r"""
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgname, tgrelid::regclass AS owner FROM pg_trigger JOIN pg_proc ON tgfoid = pg_proc.oid
                 WHERE proname LIKE 'pestle\_%' AND NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.owner);
    END LOOP;
END $$;
DROP FUNCTION pestle_refuse_change, pestle_number_in_order, pestle_entry_balances, pestle_keep_balance,
    pestle_balance_follows_lines, pestle_state_follows_event;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
