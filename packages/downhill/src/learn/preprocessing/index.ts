/** What is done to a table before a model learns from it. */
export { type ColumnStep, ColumnTransformer, type ColumnTransformerOptions } from "./column-transformer.ts";
export { MinMaxScaler, type MinMaxScalerOptions } from "./min-max-scaler.ts";
export { OneHotEncoder, type OneHotEncoderOptions } from "./one-hot-encoder.ts";
export { StandardScaler, type StandardScalerOptions } from "./standard-scaler.ts";
export type { Cell, CellRows, ColumnName, RecordRows, TableData } from "./table.ts";
export type { Transformer, TransformerKind } from "./transformer.ts";
