package io.mlxmanager.base.persist;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.time.Instant;

/**
 * Stores a moment as milliseconds since 1970-01-01T00:00Z: a TIMESTAMP without zone would be read in the zone of the
 * Java virtual machine and be ambiguous for one hour each autumn.
 */
@Converter(autoApply = true)
public final class InstantColumn implements AttributeConverter<Instant, Long> {

    @Override
    public Long convertToDatabaseColumn(Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }

    @Override
    public Instant convertToEntityAttribute(Long milliseconds) {
        return milliseconds == null ? null : Instant.ofEpochMilli(milliseconds);
    }
}
