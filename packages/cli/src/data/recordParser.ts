/** One record of a delimited text: its cells and the line on which it begins, counted from 1. */
export interface TextRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface RecordParser {
  write(text: string): void;
  end(): void;
}

/**
 * Splits delimited text (RFC 4180: cells may be quoted with `"`, a doubled quote inside stands for one, line ends
 * inside quotes belong to the cell) into records, blank lines included, as records of one empty cell.
 *
 * DuckDB reads the data; this finds the header before DuckDB is asked, and lines for messages, which DuckDB counts
 * in records and not in lines.
 */
export function createRecordParser(delimiter: string, emit: (record: TextRecord) => void): RecordParser {
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let quoteClosed = false;
  let afterReturn = false;
  let line = 1;
  let firstLine = 1;

  const endCell = (): void => {
    cells.push(cell);
    cell = "";
    quoteClosed = false;
  };
  const endRecord = (): void => {
    endCell();
    emit({ line: firstLine, cells });
    cells = [];
    firstLine = line;
  };

  return {
    write(text) {
      for (const char of text) {
        const lineFeedOfPair = afterReturn && char === "\n";
        afterReturn = char === "\r";
        if ((char === "\n" || char === "\r") && !lineFeedOfPair) line++;
        if (quoted) {
          if (char === '"') [quoted, quoteClosed] = [false, true];
          else cell += char;
        } else if (char === '"' && quoteClosed) {
          [quoted, quoteClosed] = [true, false];
          cell += char;
        } else if (char === '"' && cell === "") quoted = true;
        else if (char === delimiter) endCell();
        else if (char === "\n" || char === "\r") {
          if (lineFeedOfPair) firstLine = line;
          else endRecord();
        } else cell += char;
      }
    },
    end() {
      if (cell !== "" || cells.length > 0 || quoteClosed) endRecord();
    },
  };
}

/** The records that begin in `text`. */
export function parseRecords(text: string, delimiter: string): TextRecord[] {
  const records: TextRecord[] = [];
  const parser = createRecordParser(delimiter, (record) => records.push(record));
  parser.write(text);
  parser.end();
  return records;
}

/** A line without content: DuckDB passes over it in tables of two columns and more. */
export function isBlank(record: TextRecord): boolean {
  return record.cells.length === 1 && record.cells[0] === "";
}
