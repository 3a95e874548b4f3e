/**
 * Encoders that read a text in both directions: BERT, RoBERTa, XLM-RoBERTa and ModernBERT.
 */
package io.mlxmanager.engine.arch.bert;
