import {
  ApiOutlined,
  AppstoreOutlined,
  EnvironmentOutlined,
  EyeInvisibleOutlined,
  FileTextOutlined,
  GlobalOutlined,
  IdcardOutlined,
  MessageOutlined,
  MobileOutlined,
  PhoneOutlined,
  SignatureOutlined,
  SwapOutlined,
} from '@ant-design/icons';
import type { SubjectView } from '@fanzha/contract';
import type { SubjectKind } from '@fanzha/vocabulary';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { subjectLink } from './subject-place.ts';
import { uiTexts } from './texts.ts';
import { useWord } from './use-word.ts';

const ICONS: Readonly<Record<SubjectKind, ReactNode>> = {
  number: <PhoneOutlined />,
  sender: <MessageOutlined />,
  trunk: <SwapOutlined />,
  carrier: <ApiOutlined />,
  line: <PhoneOutlined />,
  device: <MobileOutlined />,
  cell: <EnvironmentOutlined />,
  account: <IdcardOutlined />,
  host: <GlobalOutlined />,
  handle: <IdcardOutlined />,
  template: <FileTextOutlined />,
  signature: <SignatureOutlined />,
};

interface SubjectChipProps {
  readonly subject: SubjectView;
  /** ISO 3166-1 alpha-2, where the subject is known to come from. */
  readonly country?: string | undefined;
}

/**
 * A number, link, sender ... as it looks everywhere: kind, national form, country, mask. Hovering tells what it is;
 * a click opens its page, unless it is masked.
 */
export function SubjectChip({ subject, country }: SubjectChipProps) {
  const word = useWord();
  const format = useFormat();
  const t = useTexts(uiTexts);
  const body = (
    <>
      {ICONS[subject.kind] ?? <AppstoreOutlined />}
      {country === undefined ? null : <span className="fz-place">{country}</span>}
      <span className="fz-chip-text">{subject.display}</span>
      {subject.masked ? <EyeInvisibleOutlined aria-label={t('masked')} /> : null}
    </>
  );
  const about = [
    [
      word('role', subject.role),
      word('subject', subject.kind),
      country === undefined ? '' : format.country(country),
    ]
      .filter((part) => part !== '')
      .join(' · '),
    subject.masked || subject.value === subject.display ? '' : subject.value,
    t(subject.masked ? 'maskedWhy' : 'openSubject'),
  ]
    .filter((line) => line !== '')
    .join('\n');
  return subject.masked ? (
    <span className="fz-chip" title={about}>
      {body}
    </span>
  ) : (
    <Link className="fz-chip" title={about} {...subjectLink(subject)}>
      {body}
    </Link>
  );
}
