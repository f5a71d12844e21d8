import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties that the console's style sheets read. */
    [property: `--${string}`]: string | number | undefined;
  }
}
