/** Line drawings on a grid of 16, a few bytes each: the icon font's own would cost the first view 2 kB. */
const LINES = {
  pulse: 'M1 9h3l2.2-5.5L10 12.5 12 9h3',
  pause: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM6.3 5.6v4.8M9.7 5.6v4.8',
  tag: 'M1.8 1.8h6l6.5 6.5-6 6-6.5-6.5zM4.8 4.8v.01',
  sheet: 'M2.8 1.5h10.4v13H2.8zM5.4 5h5.2M5.4 8h5.2M5.4 11h3',
  inbox: 'M2 9.5V14h12V9.5M8 1.5v8.2M5 6.9l3 3 3-3',
  wire: 'M1.5 8h3.2M11.3 8h3.2M4.7 5v6h6.6V5z',
  dots: 'M2 2v12h12M5.5 10.5v.01M8 6.5v.01M10.8 8.8v.01M12.6 4v.01',
  bolt: 'M9.2 1.5 3 9h4.3l-.7 5.5L13 7H8.6z',
} as const;

export function Glyph({ shape }: { readonly shape: keyof typeof LINES }) {
  return (
    <span className="anticon">
      <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" aria-hidden="true">
        <path d={LINES[shape]} strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </span>
  );
}
