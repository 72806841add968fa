package pipeline_test

import "github.com/guanxi-go/guanxi/crm/finding"

func language(i int) finding.Language { return finding.Language(i) }
