import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

export const SCHEMES = ['system', 'light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

const REMEMBERED = 'fanzha.scheme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function readScheme(): Scheme {
  const remembered = localStorage.getItem(REMEMBERED);
  return SCHEMES.find((scheme) => scheme === remembered) ?? 'system';
}

let scheme = readScheme();

function isDark(): boolean {
  return scheme === 'dark' || (scheme === 'system' && systemDark.matches);
}

function announce(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Marks the document with the colours in force and follows the system from then on. Call once at the start. */
export function startScheme(): void {
  systemDark.addEventListener('change', announce);
  announce();
}

/** Chooses light, dark or the system's colours and remembers it on this device. */
export function chooseScheme(chosen: Scheme): void {
  scheme = chosen;
  localStorage.setItem(REMEMBERED, chosen);
  announce();
}

export function useScheme(): { readonly scheme: Scheme; readonly dark: boolean } {
  return {
    scheme: useSyncExternalStore(subscribe, () => scheme),
    dark: useSyncExternalStore(subscribe, isDark),
  };
}

/** Ant Design in the console's colours; the same values stand in base.css for what is drawn without it. */
export function antTheme(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#2aa3bd' : '#0e7490',
      colorInfo: dark ? '#2aa3bd' : '#0e7490',
      colorLink: dark ? '#4cc3dc' : '#0b6178',
      colorTextBase: dark ? '#e6eaee' : '#1b2430',
      colorBgBase: dark ? '#14181d' : '#ffffff',
      colorBgLayout: dark ? '#0e1115' : '#f4f6f8',
      colorTextDescription: dark ? '#a2adb8' : '#566270',
      colorTextPlaceholder: dark ? '#8b96a3' : '#6b7785',
      colorBorder: dark ? '#3a434d' : '#c3cbd4',
      colorError: dark ? '#ff9a92' : '#c0211f',
      colorPrimaryHover: dark ? '#4cc3dc' : '#0b6178',
      ...(dark ? { colorBgContainer: '#14181d', colorBgElevated: '#1c2229' } : {}),
      fontFamily: 'var(--fz-font)',
      fontSize: 13,
      borderRadius: 5,
      controlHeight: 30,
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.15s',
    },
    components: { Button: { primaryColor: dark ? '#06181d' : '#ffffff', primaryShadow: 'none' } },
  };
}
