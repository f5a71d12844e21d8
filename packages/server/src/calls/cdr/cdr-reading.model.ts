import type { Localized } from '@fanzha/vocabulary';

/** How the lines of one file are read; plain data, kept with how far it was read. */
export interface CdrReading {
  readonly form: 'columns' | 'freeswitch' | 'asterisk' | 'json' | 'log';
  readonly columns?: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: 'utf-8' | 'gb18030';
  /** The records are those of Kamailio's acc: one a request, not one a call. */
  readonly acc: boolean;
}

/** A file that cannot be read as the source's setting says, as a whole. */
export class CdrUnreadable extends Error {
  readonly reason: Localized;
  constructor(zh: string, en: string) {
    super(en);
    this.name = 'CdrUnreadable';
    this.reason = { 'zh-CN': zh, en };
  }
}
