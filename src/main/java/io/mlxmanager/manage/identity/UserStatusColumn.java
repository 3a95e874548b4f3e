package io.mlxmanager.manage.identity;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Stores a status as its word. */
@Converter(autoApply = true)
public final class UserStatusColumn implements AttributeConverter<UserStatus, String> {

    @Override
    public String convertToDatabaseColumn(UserStatus status) {
        return status == null ? null : status.word();
    }

    /** An unknown word stops the read: guessing a status would be guessing a right. */
    @Override
    public UserStatus convertToEntityAttribute(String word) {
        return word == null
                ? null
                : UserStatus.ofWord(word)
                        .orElseThrow(() -> new IllegalStateException("users.status holds '" + word + "'"));
    }
}
