/**
 * What can go wrong, in the words of the client. Every error a caller may see is a {@link
 * io.mlxmanager.base.problem.Problem}: thrown where it is known, turned into a response in one place.
 * Transport details (headers, envelopes) and the errors of the library half do not belong here.
 */
package io.mlxmanager.base.problem;
