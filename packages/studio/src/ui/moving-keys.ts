/** Keys that move along a way: ← and → by one, Home to the start, End to the end. */

export interface Moves {
  readonly back: () => void;
  readonly forth: () => void;
  readonly first: () => void;
  readonly last: () => void;
}

/** Acts on the keys that fields and lists do not need themselves. */
export const movingKeys = ({ back, forth, first, last }: Moves): ((event: KeyboardEvent) => void) => {
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: back,
    ArrowRight: forth,
    Home: first,
    End: last,
  };
  return (event) => {
    const isInput = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const act = isInput ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
};
