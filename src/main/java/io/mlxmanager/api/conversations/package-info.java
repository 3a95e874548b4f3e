/**
 * The doors to a user's own conversations: list, search, read, write, branch, export. What may be kept, and for whom, is
 * decided in manage.conversation.
 */
package io.mlxmanager.api.conversations;
