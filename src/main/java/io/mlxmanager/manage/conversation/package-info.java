/**
 * What users talked about with models, kept so that another day and another browser find it: whose it is, how much of it,
 * its branches, and how it leaves as a document. Nothing here runs a model.
 */
package io.mlxmanager.manage.conversation;
