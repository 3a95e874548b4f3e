package io.mlxmanager.manage.audit;

import java.util.Optional;

/**
 * What became of the chain.
 *
 * @param rows how many rows were looked at
 * @param brokenId id of the first row that is not as it was written, or that is missing
 * @param reason what is wrong there
 */
public record AuditVerification(long rows, Optional<Long> brokenId, Optional<String> reason) {

    static AuditVerification intact(long rows) {
        return new AuditVerification(rows, Optional.empty(), Optional.empty());
    }

    static AuditVerification broken(long rows, long id, String reason) {
        return new AuditVerification(rows, Optional.of(id), Optional.of(reason));
    }

    public boolean isIntact() {
        return brokenId.isEmpty();
    }
}
