import type { CdrSource } from '@fanzha/contract';
import { Select } from 'antd';
import { type DragEvent, useState } from 'react';
import { useUploadCdr } from '../api/cdr.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { cdrTexts } from './texts.ts';

/** Takes a file that is dropped or chosen, for a source that is set up. */
export function UploadDrop({ sources }: { readonly sources: readonly CdrSource[] }) {
  const t = useTexts(cdrTexts);
  const upload = useUploadCdr();
  const [chosen, setChosen] = useState<string>();
  const [over, setOver] = useState(false);
  const source = chosen ?? sources[0]?.name;
  if (source === undefined) return <p className="fz-quiet">{t('noSource')}</p>;
  const take = (file: File | undefined): void => {
    if (file !== undefined && !upload.isPending) upload.mutate({ source, file });
  };
  const drag =
    (isOver: boolean) =>
    (event: DragEvent): void => {
      event.preventDefault();
      setOver(isOver);
    };
  const name = upload.variables?.file.name ?? '';
  return (
    <section
      className="fz-cdr-drop"
      aria-label={t('drop')}
      data-over={over}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event);
        take(event.dataTransfer.files[0]);
      }}
    >
      <span>{t('drop')}</span>
      <label className="fz-upload">
        {t('choose')}
        <input
          type="file"
          className="fz-hidden"
          disabled={upload.isPending}
          onChange={({ target }) => {
            take(target.files?.[0]);
            target.value = '';
          }}
        />
      </label>
      <Select
        aria-label={t('into')}
        value={source}
        onChange={setChosen}
        options={sources.map((each) => ({ value: each.name, label: each.name }))}
        style={{ minWidth: 140 }}
      />
      <span className="fz-quiet fz-small">{t('dropHint')}</span>
      <span role="status">
        {upload.isPending ? t('uploading', { name }) : upload.isSuccess ? t('uploaded', { name }) : ''}
      </span>
      {upload.error ? <ProblemNotice error={upload.error} while="changing" /> : null}
    </section>
  );
}
