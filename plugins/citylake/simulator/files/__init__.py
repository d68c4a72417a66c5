"""How exports look and grow: layouts, spellings, cells, text, workbooks, and the books of what was written."""
