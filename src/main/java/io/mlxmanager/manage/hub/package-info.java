/**
 * The way to the model hub: where it is, who we are to it, what a repository holds, and what its refusals mean.
 * What becomes of the answers, files on disk or rows of a search, belongs to others.
 */
package io.mlxmanager.manage.hub;
