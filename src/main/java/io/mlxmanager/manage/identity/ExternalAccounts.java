package io.mlxmanager.manage.identity;

/** Which of our users somebody known to the external issuer is. */
@FunctionalInterface
interface ExternalAccounts {

    /**
     * The id of the user, made at first sight.
     *
     * @throws TokenRefused when there can be no such user
     */
    long userId(ExternalIdentity identity);
}
