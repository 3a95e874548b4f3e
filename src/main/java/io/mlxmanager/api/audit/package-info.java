/**
 * The audit log as clients read it: by query, and live over a WebSocket. What is recorded and how rows are chained belongs
 * to manage.audit; who may read whose rows is decided here, from the caller's roles.
 */
package io.mlxmanager.api.audit;
