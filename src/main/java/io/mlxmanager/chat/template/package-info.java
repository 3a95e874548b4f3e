/**
 * Chat templates: an interpreter of the Jinja dialect in which model repositories write how a conversation becomes a prompt.
 * {@link io.mlxmanager.chat.template.ChatTemplate} compiles and renders, {@link io.mlxmanager.chat.template.TemplateFiles}
 * finds the template of a model, {@link io.mlxmanager.chat.template.PromptVariables} builds what it is given. Templates are
 * untrusted: they see values only, cannot change them, and are stopped when they cost too much.
 */
package io.mlxmanager.chat.template;
