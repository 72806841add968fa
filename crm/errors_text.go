package crm

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// Catalogue returns the sentences for the codes of an [Error], in English and in
// Chinese.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"CRM-INVALID":     {En: "{field} of {subject} is not valid", Zh: "{subject} 的 {field} 无效"},
		"CRM-NOT-FOUND":   {En: "there is no {subject} that you may see", Zh: "没有 {subject}，或无权查看"},
		"CRM-TAKEN":       {En: "{field} of {subject} is held by {holder} already", Zh: "{subject} 的 {field} 已被 {holder} 占用"},
		"CRM-CONFLICT":    {En: "{subject} was changed by somebody else meanwhile", Zh: "{subject} 已被他人修改，请重试"},
		"CRM-DUPLICATE":   {En: "{subject} exists already", Zh: "{subject} 已存在"},
		"CRM-KEY-REUSED":  {En: "the key stands on another command", Zh: "该幂等键已用于另一条指令"},
		"CRM-UNSUPPORTED": {En: "this store cannot do that", Zh: "当前存储不支持此操作"},
		"CRM-FORBIDDEN":   {En: "you may not do this to {subject}", Zh: "无权对 {subject} 执行此操作"},
		"CRM-TRANSITION":  {En: "{subject} cannot go there from where it is", Zh: "{subject} 的当前状态不允许此操作"},
		"CRM-INCOMPLETE":  {En: "{field} of {subject} is missing", Zh: "{subject} 缺少 {field}"},
		"CRM-FORGOTTEN":   {En: "{subject} was erased at the person's request", Zh: "{subject} 已应本人要求删除"},
		"CRM-ERROR":       {En: "the command on {subject} failed", Zh: "对 {subject} 的操作失败"},
	}
}

// Code returns the stable code of the error: CRM- and the name of its sentinel, or
// CRM-ERROR for an error of the system. Of several sentinels the first in the order
// in which [Store] answers counts.
func (e *Error) Code() string {
	for _, of := range []struct {
		sentinel error
		code     string
	}{
		{ErrUnsupported, "CRM-UNSUPPORTED"}, {ErrDuplicate, "CRM-DUPLICATE"}, {ErrKeyReused, "CRM-KEY-REUSED"}, {ErrTaken, "CRM-TAKEN"},
		{ErrConflict, "CRM-CONFLICT"}, {ErrForgotten, "CRM-FORGOTTEN"}, {ErrForbidden, "CRM-FORBIDDEN"}, {ErrNotFound, "CRM-NOT-FOUND"},
		{ErrTransition, "CRM-TRANSITION"}, {ErrIncomplete, "CRM-INCOMPLETE"}, {ErrInvalid, "CRM-INVALID"},
	} {
		if errors.Is(e.Err, of.sentinel) {
			return of.code
		}
	}
	return "CRM-ERROR"
}

// Text returns the error as a sentence for people. What is wrong in particular is in
// Reason, in English, for those who write programs.
func (e *Error) Text(in finding.Language) string {
	or := func(text, otherwise string) string {
		if text == "" || text == "/" {
			return otherwise
		}
		return text
	}
	whole := map[finding.Language]string{finding.English: "the command", finding.Chinese: "本次操作"}[in]
	return Catalogue().Sentence(e.Code(), in,
		finding.Str("subject", or(e.Subject.String(), whole)), finding.Str("field", or(e.Field, "?")), finding.Str("holder", or(e.Holder.String(), "?")))
}
