import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';

const SHOWN_MS = 2_000;

/** Browsers offer the clipboard only over HTTPS and on this machine; elsewhere the older way still works. */
async function toClipboard(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** Copies a text and says so. */
export function CopyButton({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  const t = useTexts(uiTexts);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await toClipboard(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <Button size="small" icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
      {copied ? t('copied') : (children ?? t('copy'))}
    </Button>
  );
}
