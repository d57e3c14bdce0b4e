"""Chinese as such, free of any document: words, sentences, numerals, quantities, places, pinyin, meaning."""
