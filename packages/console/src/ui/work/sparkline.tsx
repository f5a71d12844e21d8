import './work.css';

export interface SparkPoint {
  readonly key: string;
  readonly value: number;
  /** What hovering over the bar tells. */
  readonly title: string;
  /** What is usual there: a middle part of others' values and their median. */
  readonly band?: { readonly low: number; readonly mid: number; readonly high: number };
}

interface SparklineProps {
  readonly points: readonly SparkPoint[];
  /** What it shows, for readers that do not see: the figures as a sentence. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** Stretches to its place; `width` is then only the scale. */
  readonly wide?: boolean;
  /** Highest value of the scale; the highest of the values unless several must compare. */
  readonly top?: number;
}

/** Values over time as bars, oldest left, with what is usual behind them. Nothing is the thin base line alone. */
export function Sparkline({
  points,
  label,
  width = 120,
  height = 24,
  wide = false,
  top = 0,
}: SparklineProps) {
  const highest = Math.max(top, ...points.map(({ value, band }) => Math.max(value, band?.high ?? 0)), 1e-9);
  const step = width / Math.max(1, points.length);
  const tallOf = (value: number): number => (Math.max(0, value) / highest) * (height - 2);
  return (
    <svg
      className="fz-spark"
      viewBox={`0 0 ${width} ${height}`}
      width={wide ? '100%' : width}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className="fz-spark-base" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      {points.map(({ key, value, title, band }, index) => {
        const tall = value <= 0 ? 0 : Math.max(1.5, tallOf(value));
        return (
          <g key={key}>
            <title>{title}</title>
            <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
            {band === undefined ? null : (
              <rect
                className="fz-spark-band"
                x={index * step}
                y={height - tallOf(band.high)}
                width={step}
                height={Math.max(1, tallOf(band.high) - tallOf(band.low))}
              />
            )}
            <rect
              className="fz-spark-bar"
              x={index * step + step * 0.1}
              y={height - tall}
              width={step * 0.8}
              height={tall}
            />
            {band === undefined ? null : (
              <line
                className="fz-spark-mid"
                x1={index * step}
                x2={(index + 1) * step}
                y1={height - tallOf(band.mid)}
                y2={height - tallOf(band.mid)}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
