/**
 * How a failure leaves: RFC 9457 problem documents under /api, the protocol's own envelope under /v1, one request id on
 * every response. What can fail and with which status is decided by whoever throws; the shapes of successful answers do
 * not belong here.
 */
package io.mlxmanager.api.problem;
