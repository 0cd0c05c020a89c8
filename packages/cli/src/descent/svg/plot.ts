/** Where things lie on a drawing, in pixels. */

export const width = 760;

const margin = { left: 64, right: 24, top: 76 };
const height = 480;

/** The plot itself. */
export const plot = {
  left: margin.left,
  right: width - margin.right,
  top: margin.top,
  bottom: margin.top + height,
  width: width - margin.left - margin.right,
  height,
};

/** Below the plot: ticks and the name of the horizontal axis. */
export const axisHeight = 46;
