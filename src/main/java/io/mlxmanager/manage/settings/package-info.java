/**
 * What administrators change while the server runs: kept in the database, secrets sealed. What a value does belongs to the
 * part that reads it here.
 */
package io.mlxmanager.manage.settings;
