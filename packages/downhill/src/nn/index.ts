/** Layers, initialisers and losses of neural networks. */
export * from "./losses/index.ts";
